package dev.cachepolicy.agent.policy;

/** What became of a key's expiry; a label of metrics in lower case. */
public enum TtlDecision {
    /** It stays as Redis or the application has it. */
    Kept,
    /** There was none. */
    Added,
    /** It was longer than the policy allows. */
    Lowered,
    /** The policy's stands in place of the application's. */
    Overridden
}
