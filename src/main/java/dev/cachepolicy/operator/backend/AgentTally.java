package dev.cachepolicy.operator.backend;

/**
 * Pods that should follow a configuration or a policy, running and not terminating.
 *
 * @param total all of them
 * @param synced with a live agent that acknowledged it
 * @param outdated with an agent that is too old for the configuration, and keeps the one before
 * @param bare labelled, but without an agent: created while the webhook was away
 */
public record AgentTally(int total, int synced, int outdated, int bare) {

    /** {@return those whose agent is able to follow and has not yet} */
    public int behind() {
        return total - synced - outdated - bare;
    }
}
