package dev.cachepolicy.api.v1alpha1;

/** What a policy does to the expiry that an application gives a key. */
public enum TtlMode {
    /** The policy decides; the application's expiry is replaced. */
    Override,
    /** A longer expiry is lowered, a missing one added. */
    Ceiling,
    /** A missing expiry is added. */
    IfUnset
}
