package dev.cachepolicy.agent.reload;

import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** How reloads went. */
final class ReloadMetrics {

    private final Counter reloads;
    private final Gauge lastSuccess;
    private final Gauge refused;
    private final Gauge revision;
    private final Counter certificates;

    ReloadMetrics(CollectorRegistry registry) {
        reloads = Metric.CONFIG_RELOADS.counter(registry);
        lastSuccess = Metric.CONFIG_RELOAD_LAST_SUCCESS.gauge(registry);
        refused = Metric.CONFIG_REFUSED.gauge(registry);
        revision = Metric.CONFIG_REVISION.gauge(registry);
        certificates = Metric.CERTIFICATE_RELOADS.counter(registry);
    }

    void certificates(boolean usable) {
        certificates.labels(usable ? "applied" : "refused").inc();
    }

    void offered(String backend, Offer offer, BackendConfig after) {
        if (offer instanceof Offer.Whole) {
            reloads.labels(backend, "applied").inc();
            lastSuccess.labels(backend).setToCurrentTime();
        } else if (offer instanceof Offer.Unusable) {
            reloads.labels(backend, "refused").inc();
        }
        Refusal refusal = after.refused();
        for (Reason reason : Reason.values()) {
            refused.labels(backend, reason.name()).set(refusal != null && refusal.reason() == reason ? 1 : 0);
        }
        revision.labels(backend).set((double) after.revision());
    }
}
