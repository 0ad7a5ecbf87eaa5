package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;

/** What becomes of a policy. */
public sealed interface Verdict {

    /**
     * It is in the agents' configuration.
     *
     * @param effective the policy with its defaults filled in
     */
    record Accepted(CachePolicyStatus.Effective effective) implements Verdict {}

    /**
     * It is not in the agents' configuration.
     *
     * @param reason of {@code Accepted=False}, one of {@link dev.cachepolicy.validation.Reasons}
     * @param message what to write instead, and what happens to its keys until then
     */
    record Rejected(String reason, String message) implements Verdict {}
}
