package dev.cachepolicy.api.v1alpha1;

/** What becomes of Redis's settings when its backend is deleted. */
public enum DeletionPolicy {
    /** They stay as they are. */
    Retain,
    /** Those found at first contact are set again. */
    Restore
}
