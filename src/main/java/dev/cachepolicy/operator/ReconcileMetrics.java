package dev.cachepolicy.operator;

import dev.cachepolicy.metrics.Metric;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;

/** Counts and times reconciliations by kind. */
final class ReconcileMetrics implements Metrics {

    private final Counter total;
    private final Histogram duration;

    ReconcileMetrics(CollectorRegistry registry) {
        total = Metric.RECONCILE.counter(registry);
        duration = Metric.RECONCILE_DURATION.histogram(
                registry, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
    }

    /** Controllers are named after their kind. */
    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        String kind = execution.controllerName();
        long start = System.nanoTime();
        String result = "error";
        try {
            T value = execution.execute();
            result = "success";
            return value;
        } finally {
            total.labels(kind, result).inc();
            duration.labels(kind).observe((System.nanoTime() - start) / 1e9);
        }
    }
}
