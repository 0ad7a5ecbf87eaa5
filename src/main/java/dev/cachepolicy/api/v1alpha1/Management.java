package dev.cachepolicy.api.v1alpha1;

/** Whether the operator may change the settings of a Redis. */
public enum Management {
    /** Settings are applied, and corrected when they drift. */
    Managed,
    /** Differences are reported; nothing is changed. */
    Observe
}
