package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.config.AgentConfig;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link BackendModel} is made from.
 *
 * @param policies those that refer to the backend, in any order; each has a namespace and a name
 * @param published the configuration that agents have; null: none yet
 * @param now makes revisions that grow even when the published configuration was lost
 */
public record ModelInput(
        CacheBackend backend,
        List<CachePolicy> policies,
        @Nullable AgentConfig published,
        Instant now) {

    public ModelInput {
        policies = List.copyOf(policies);
    }
}
