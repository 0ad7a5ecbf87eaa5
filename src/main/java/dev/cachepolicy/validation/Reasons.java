package dev.cachepolicy.validation;

/** Reasons of {@code Accepted=False}; users and tools read them, so they are never renamed. */
public final class Reasons {

    /** A field breaks a rule that the schema has too. */
    public static final String INVALID_SPEC = "InvalidSpec";

    /** A text is not a key pattern. */
    public static final String INVALID_KEY_PATTERN = "InvalidKeyPattern";

    /** A label selector that Kubernetes would not take. */
    public static final String INVALID_WORKLOAD_SELECTOR = "InvalidWorkloadSelector";

    /** The TTL lies outside the backend's limits. */
    public static final String TTL_OUT_OF_RANGE = "TTLOutOfRange";

    /** The pattern reaches beyond the backend's keyspace. */
    public static final String OUTSIDE_KEYSPACE = "OutsideKeyspace";

    /** The backend's fixed eviction policy cannot honour what the policy asks for. */
    public static final String INCOMPATIBLE_EVICTION = "IncompatibleEviction";

    /** An older policy has the same pattern. */
    public static final String CONFLICTED = "Conflicted";

    /** The budgets of older policies leave too little memory. */
    public static final String BUDGET_EXCEEDED = "BudgetExceeded";

    /** The policy's backend is itself not accepted. */
    public static final String BACKEND_NOT_ACCEPTED = "BackendNotAccepted";

    /** The agents' configuration does not fit into a ConfigMap. */
    public static final String CONFIG_TOO_LARGE = "ConfigTooLarge";

    private Reasons() {}
}
