package dev.cachepolicy.config;

/** What an application gets for a key of a policy while Redis does not answer. */
public enum FailureMode {
    /** Reads are misses. */
    FailOpen,
    /** An error at once. */
    FailClosed
}
