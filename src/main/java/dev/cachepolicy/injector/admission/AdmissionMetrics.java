package dev.cachepolicy.injector.admission;

import dev.cachepolicy.metrics.MetricNames;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** What the webhooks were asked and answered. */
final class AdmissionMetrics {

    private final Counter requests;
    private final Histogram duration;

    AdmissionMetrics(CollectorRegistry registry) {
        this.requests = Counter.build()
                .name(MetricNames.ADMISSION_REQUESTS)
                .help("Admission requests, by webhook and by result: allowed, patched, denied, malformed, failed.")
                .labelNames(MetricNames.WEBHOOK, MetricNames.RESULT)
                .register(registry);
        this.duration = Histogram.build()
                .name(MetricNames.ADMISSION_DURATION)
                .help("Time from an admission request to its answer.")
                .labelNames(MetricNames.WEBHOOK)
                .buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
                .register(registry);
    }

    void answered(String webhook, String result, long nanos) {
        requests.labels(webhook, result).inc();
        duration.labels(webhook).observe(nanos / 1e9);
    }
}
