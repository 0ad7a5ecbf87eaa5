package dev.cachepolicy.config;

/** How much of a policy is carried out, from all to nothing. */
public enum Enforcement {
    /** All of it. */
    Enforce,
    /** Count what would happen, change nothing. */
    DryRun,
    /** As if the policy did not exist. */
    Off;

    /** {@return the weaker of two: what counts where backend and policy both say something} */
    public Enforcement and(Enforcement other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
