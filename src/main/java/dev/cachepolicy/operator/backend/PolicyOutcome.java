package dev.cachepolicy.operator.backend;

import dev.cachepolicy.operator.model.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What became of one policy in the last reconciliation of its backend. Two equal outcomes need one status.
 *
 * @param uid of the policy, which tells it from another of the same name
 * @param generation of the policy that this speaks of
 * @param verdict of the model
 * @param programming whether agents can have it
 * @param agents how many follow; null: heartbeats were not read yet, what the status says still stands
 * @param observed the hit ratio to show; null: what the status says still stands
 */
public record PolicyOutcome(
        String uid,
        long generation,
        Verdict verdict,
        Programming programming,
        @Nullable AgentTally agents,
        @Nullable HitRatio observed) {

    /** The condition that says what {@link #programming} does. */
    public static final String PROGRAMMED = "Programmed";

    boolean accepted() {
        return verdict instanceof Verdict.Accepted;
    }

    /** {@return whether nothing more is to be expected of agents} */
    boolean settled() {
        return programming instanceof Programming.Withheld || agents == null || agents.behind() == 0;
    }

    /** {@return whether agents alone make the difference to an outcome} */
    boolean sameButForAgents(@Nullable PolicyOutcome other) {
        return other != null
                && other.agents() != null
                && equals(new PolicyOutcome(
                        other.uid(),
                        other.generation(),
                        other.verdict(),
                        other.programming(),
                        agents,
                        other.observed()));
    }

    /** Whether a policy is in the agents' configuration as its generation wants it. */
    public sealed interface Programming {

        /**
         * It is.
         *
         * @param revision at which it last changed
         */
        record Published(long revision) implements Programming {}

        /** It is not. */
        record Withheld(String reason, String message) implements Programming {}
    }
}
