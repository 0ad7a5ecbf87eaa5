package dev.cachepolicy.api.v1alpha1;

/** How much of a policy is carried out. */
public enum Enforcement {
    /** All of it. */
    Enforce,
    /** Count what would happen, change nothing. */
    DryRun,
    /** Nothing: as if the policy did not exist. */
    Off
}
