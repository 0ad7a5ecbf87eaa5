package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of connections and of what went wrong with them, over all listeners of a process. */
final class ProxyMetrics extends Collector {

    private final LongAdder clients = new LongAdder();
    private final LongAdder upstreams = new LongAdder();
    private final InvalidationMetrics invalidations = new InvalidationMetrics();
    private final Map<String, LongAdder> violations = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> upstreamErrors = new ConcurrentHashMap<>();

    /** {@return counts of what was answered in Redis's place} */
    InvalidationMetrics invalidations() {
        return invalidations;
    }

    LongAdder clients() {
        return clients;
    }

    LongAdder upstreams() {
        return upstreams;
    }

    /** A client broke the protocol or a limit. */
    void violation(Enum<?> kind) {
        count(violations, kind);
    }

    /** An upstream connection failed. */
    void upstreamError(UpstreamFailure.Kind kind) {
        count(upstreamErrors, kind);
    }

    private static void count(Map<String, LongAdder> counts, Enum<?> kind) {
        counts.computeIfAbsent(kind.name().toLowerCase(Locale.ROOT), _ -> new LongAdder())
                .increment();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return List.of(
                gauge(Metric.CLIENT_CONNECTIONS, clients),
                gauge(Metric.UPSTREAM_CONNECTIONS, upstreams),
                counter(Metric.VIOLATIONS, violations),
                counter(Metric.UPSTREAM_ERRORS, upstreamErrors),
                counter(
                        Metric.UPSTREAM_INVALIDATIONS,
                        Map.of(
                                "remembered", invalidations.remembered,
                                "replayed", invalidations.replayed,
                                "overflowed", invalidations.overflowed)),
                gauge(Metric.UPSTREAM_INVALIDATIONS_PENDING, invalidations.pending));
    }

    private static MetricFamilySamples gauge(Metric metric, LongAdder value) {
        return metric.gaugeFamily().addMetric(List.of(), (double) value.sum());
    }

    private static MetricFamilySamples counter(Metric metric, Map<String, LongAdder> counts) {
        CounterMetricFamily family = metric.counterFamily();
        counts.forEach((kind, count) -> family.addMetric(List.of(kind), (double) count.sum()));
        return family;
    }
}
