package dev.cachepolicy.config;

/** What a policy does to the expiry that an application gives a key. The API has its own: versions of the API come and go, agents read this one. */
public enum TtlMode {
    /** The policy decides. */
    Override,
    /** A longer expiry is lowered, a missing one added. */
    Ceiling,
    /** A missing expiry is added. */
    IfUnset
}
