package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import org.jspecify.annotations.Nullable;

/**
 * A policy in force in this pod.
 *
 * @param onBackendFailure what a read gives while Redis does not answer
 * @param dryRun it counts and changes nothing
 * @param fencing null: its keys have no fence
 */
public record Policy(
        String namespace,
        String name,
        PolicyConfig.Ttl ttl,
        FailureMode onBackendFailure,
        boolean dryRun,
        @Nullable Fencing fencing) {

    /** {@return {@code namespace/name}} */
    public String id() {
        return namespace + "/" + name;
    }

    /** {@return whether reads of its keys are misses while Redis does not answer} One in DryRun does not interfere then either. */
    public boolean failsOpen() {
        return !dryRun && onBackendFailure == FailureMode.FailOpen;
    }
}
