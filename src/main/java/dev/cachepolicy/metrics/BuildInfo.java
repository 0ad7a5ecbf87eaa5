package dev.cachepolicy.metrics;

import io.prometheus.client.CollectorRegistry;

/** The metric {@link Metric#BUILD_INFO}. */
public final class BuildInfo {

    private BuildInfo() {}

    /**
     * Adds it to a registry.
     *
     * @param component operator or agent
     */
    public static void register(CollectorRegistry registry, String component, String version) {
        Metric.BUILD_INFO.gauge(registry).labels(component, version).set(1);
    }
}
