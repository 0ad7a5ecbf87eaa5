package dev.cachepolicy.agent.admin;

import dev.cachepolicy.metrics.Health;
import dev.cachepolicy.metrics.Page;
import io.prometheus.client.CollectorRegistry;
import java.util.Map;
import java.util.function.Supplier;

/** The pages of the admin port. */
public final class AdminPages {

    private AdminPages() {}

    /** {@return the pages by path} */
    public static Map<String, Page> of(
            CollectorRegistry registry, Supplier<Health> readiness, Supplier<AgentStatus> status) {
        return Map.of(
                "/healthz", Page.probe(() -> Health.ok("the process answers")),
                "/readyz", Page.probe(readiness),
                "/status", Page.json(() -> status.get().json()),
                "/metrics", Page.metrics(registry));
    }
}
