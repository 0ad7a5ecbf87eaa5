package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.core.JsonProcessingException;

/** The decision of one webhook; without side effects, called by many threads at a time. */
interface AdmissionWebhook {

    /** {@return the name of this webhook in metrics and logs} */
    String name();

    /**
     * {@return the answer}
     *
     * @throws JsonProcessingException if the object is not of the kind that it should be
     */
    Verdict review(AdmissionCall call) throws JsonProcessingException;
}
