package dev.cachepolicy.injector.admission;

import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What the webhooks were asked and answered. */
final class AdmissionMetrics {

    private final Counter requests;
    private final Histogram duration;

    AdmissionMetrics(CollectorRegistry registry) {
        this.requests = Metric.ADMISSION_REQUESTS.counter(registry);
        this.duration = Metric.ADMISSION_DURATION.histogram(
                registry, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5);
    }

    void answered(String webhook, String result, long nanos) {
        requests.labels(webhook, result).inc();
        duration.labels(webhook).observe(nanos / 1e9);
    }
}
