package dev.cachepolicy.agent.reload;

import dev.cachepolicy.metrics.MetricNames;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** How reloads went, by backend. */
final class ReloadMetrics {

    private final Counter reloads;
    private final Gauge lastSuccess;
    private final Gauge revision;

    ReloadMetrics(CollectorRegistry registry) {
        reloads = Counter.build(
                        MetricNames.CONFIG_RELOADS,
                        "Configuration files read, by whether they were applied or refused.")
                .labelNames(MetricNames.BACKEND, MetricNames.RESULT)
                .register(registry);
        lastSuccess = Gauge.build(
                        MetricNames.CONFIG_RELOAD_LAST_SUCCESS,
                        "When a configuration file was last applied, in seconds since 1970.")
                .labelNames(MetricNames.BACKEND)
                .register(registry);
        revision = Gauge.build(MetricNames.CONFIG_REVISION, "Revision of the configuration in use; 0: none.")
                .labelNames(MetricNames.BACKEND)
                .register(registry);
    }

    void offered(String backend, Offer offer, BackendConfig after) {
        switch (offer) {
            case Offer.Whole _ -> {
                reloads.labels(backend, "applied").inc();
                lastSuccess.labels(backend).setToCurrentTime();
            }
            case Offer.Unusable _ -> reloads.labels(backend, "refused").inc();
            case Offer.Absent _ -> {}
        }
        revision.labels(backend).set((double) after.revision());
    }
}
