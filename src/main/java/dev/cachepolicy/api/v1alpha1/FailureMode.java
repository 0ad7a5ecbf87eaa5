package dev.cachepolicy.api.v1alpha1;

/** What an application gets for a key of a policy while Redis does not answer. */
public enum FailureMode {
    /** Reads are misses, so that the application goes to its source. */
    FailOpen,
    /** An error at once. */
    FailClosed
}
