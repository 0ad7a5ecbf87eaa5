package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.operator.keeper.RedisState.Reached;
import dev.cachepolicy.redis.ServerInfo;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code cachepolicy_backend_*}: each backend as it was last seen. Of a Redis that is not reached nothing is shown but
 * that. Told by the keepers' threads, read by the scrape's.
 */
final class KeeperMetrics extends Collector {

    private final Map<BackendId, Seen> backends = new ConcurrentHashMap<>();
    private final Counter corrections;

    /** @param reached null: it is not */
    private record Seen(@Nullable Reached reached) {}

    KeeperMetrics(CollectorRegistry registry) {
        corrections = Metric.BACKEND_DRIFT_CORRECTIONS.counter(registry);
        register(registry);
    }

    void reached(BackendId backend, Reached reached) {
        seen(backend, new Seen(reached));
    }

    void unreachable(BackendId backend) {
        seen(backend, new Seen(null));
    }

    private void seen(BackendId backend, Seen seen) {
        if (backends.put(backend, seen) == null) {
            // A counter that appears with its first event has no increase for Prometheus.
            corrections.labels(backend.namespace(), backend.name(), Wanted.MAXMEMORY);
            corrections.labels(backend.namespace(), backend.name(), Wanted.MAXMEMORY_POLICY);
        }
    }

    void corrected(BackendId backend, String parameter) {
        corrections.labels(backend.namespace(), backend.name(), parameter).inc();
    }

    void removed(BackendId backend) {
        if (backends.remove(backend) != null && backends.keySet().stream().noneMatch(backend::hasNameOf)) {
            corrections.remove(backend.namespace(), backend.name(), Wanted.MAXMEMORY);
            corrections.remove(backend.namespace(), backend.name(), Wanted.MAXMEMORY_POLICY);
        }
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families();
        backends.forEach(families::add);
        return families.all();
    }

    private static final class Families {

        private final GaugeMetricFamily up = Metric.BACKEND_UP.gaugeFamily();
        private final GaugeMetricFamily info = Metric.BACKEND_INFO.gaugeFamily();
        private final GaugeMetricFamily usedMemory = Metric.BACKEND_USED_MEMORY.gaugeFamily();
        private final GaugeMetricFamily maxMemory = Metric.BACKEND_MAXMEMORY.gaugeFamily();
        private final GaugeMetricFamily keys = Metric.BACKEND_KEYS.gaugeFamily();
        private final CounterMetricFamily evictedKeys = Metric.BACKEND_EVICTED_KEYS.counterFamily();
        private final GaugeMetricFamily contended = Metric.BACKEND_SETTINGS_CONTENDED.gaugeFamily();

        void add(BackendId backend, Seen seen) {
            List<String> labels = List.of(backend.namespace(), backend.name());
            Reached reached = seen.reached();
            up.addMetric(labels, reached == null ? 0 : 1);
            if (reached != null) {
                ServerInfo redis = reached.info();
                info.addMetric(
                        List.of(
                                backend.namespace(),
                                backend.name(),
                                redis.product(),
                                redis.version(),
                                redis.evictionPolicy()),
                        1);
                usedMemory.addMetric(labels, (double) redis.usedMemory());
                maxMemory.addMetric(labels, (double) redis.maxMemory());
                keys.addMetric(labels, (double) redis.keys());
                evictedKeys.addMetric(labels, (double) redis.evictedKeys());
                contended.addMetric(labels, reached.outcome() instanceof SettingsOutcome.Contended ? 1 : 0);
            }
        }

        List<MetricFamilySamples> all() {
            return List.of(up, info, usedMemory, maxMemory, keys, evictedKeys, contended);
        }
    }
}
