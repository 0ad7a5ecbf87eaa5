package dev.cachepolicy.injector.admission;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The {@code request} of an AdmissionReview (admission.k8s.io/v1), as far as it is used.
 *
 * @param uid names the request in its answer
 * @param kind of the object
 * @param namespace of the object, empty for an object without one
 * @param name of the object; empty while the API server has not made it of {@code generateName}
 * @param object as it would be stored; missing for DELETE
 * @param oldObject as it is stored; missing for CREATE
 */
record AdmissionCall(
        String uid, String kind, String operation, String namespace, String name, JsonNode object, JsonNode oldObject) {

    /**
     * {@return the request in a review}
     *
     * @throws MalformedReviewException if it is none
     */
    static AdmissionCall of(JsonNode review) throws MalformedReviewException {
        if (!review.path("apiVersion").asText().equals("admission.k8s.io/v1")
                || !review.path("kind").asText().equals("AdmissionReview")) {
            throw new MalformedReviewException(
                    "expected apiVersion: admission.k8s.io/v1, kind: AdmissionReview; in the webhook configuration write admissionReviewVersions: [v1]");
        }
        JsonNode request = review.path("request");
        String uid = request.path("uid").asText();
        if (uid.isEmpty()) {
            throw new MalformedReviewException("the AdmissionReview has no request with a uid");
        }
        return new AdmissionCall(
                uid,
                request.path("kind").path("kind").asText(),
                request.path("operation").asText(),
                request.path("namespace").asText(),
                request.path("name").asText(),
                request.path("object"),
                request.path("oldObject"));
    }
}
