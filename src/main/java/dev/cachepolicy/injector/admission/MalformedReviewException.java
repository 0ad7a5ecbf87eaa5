package dev.cachepolicy.injector.admission;

/** What came is no AdmissionReview. */
final class MalformedReviewException extends Exception {

    private final String sentence;

    MalformedReviewException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** {@return what was expected} */
    String sentence() {
        return sentence;
    }
}
