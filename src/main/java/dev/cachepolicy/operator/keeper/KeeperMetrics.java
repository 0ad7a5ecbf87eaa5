package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.metrics.MetricNames;
import dev.cachepolicy.redis.ServerInfo;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** {@code cachepolicy_backend_*}. */
final class KeeperMetrics {

    private final Gauge up;
    private final Gauge usedMemory;
    private final Gauge maxMemory;
    private final Counter corrections;

    KeeperMetrics(CollectorRegistry registry) {
        up = gauge(registry, MetricNames.BACKEND_UP, "Whether the operator reaches this backend's Redis.");
        usedMemory = gauge(registry, MetricNames.BACKEND_USED_MEMORY, "Memory that Redis uses.");
        maxMemory = gauge(registry, MetricNames.BACKEND_MAXMEMORY, "maxmemory of Redis; 0: no limit.");
        corrections = Counter.build(
                        MetricNames.BACKEND_DRIFT_CORRECTIONS,
                        "Parameters of Redis that had drifted and were set again.")
                .labelNames(MetricNames.NAMESPACE, MetricNames.BACKEND, MetricNames.PARAMETER)
                .register(registry);
    }

    private static Gauge gauge(CollectorRegistry registry, String name, String help) {
        return Gauge.build(name, help)
                .labelNames(MetricNames.NAMESPACE, MetricNames.BACKEND)
                .register(registry);
    }

    void reached(BackendId backend, ServerInfo info, ActualSettings settings) {
        up.labels(backend.namespace(), backend.name()).set(1);
        usedMemory.labels(backend.namespace(), backend.name()).set((double) info.usedMemory());
        maxMemory.labels(backend.namespace(), backend.name()).set((double) settings.maxMemory());
    }

    /** What is no longer known is not shown. */
    void unreachable(BackendId backend) {
        up.labels(backend.namespace(), backend.name()).set(0);
        usedMemory.remove(backend.namespace(), backend.name());
        maxMemory.remove(backend.namespace(), backend.name());
    }

    void corrected(BackendId backend, String parameter) {
        corrections.labels(backend.namespace(), backend.name(), parameter).inc();
    }

    void removed(BackendId backend) {
        up.remove(backend.namespace(), backend.name());
        usedMemory.remove(backend.namespace(), backend.name());
        maxMemory.remove(backend.namespace(), backend.name());
        corrections.remove(backend.namespace(), backend.name(), Wanted.MAXMEMORY);
        corrections.remove(backend.namespace(), backend.name(), Wanted.MAXMEMORY_POLICY);
    }
}
