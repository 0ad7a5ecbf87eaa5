package dev.cachepolicy.injector.admission;

/** What came is no AdmissionReview; the message says what was expected. */
final class MalformedReviewException extends Exception {

    MalformedReviewException(String message) {
        super(message);
    }
}
