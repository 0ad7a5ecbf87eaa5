package dev.cachepolicy.agent.heartbeat;

import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;

/** How many heartbeats arrived, by backend. */
public final class HeartbeatMetrics {

    private final Counter heartbeats;

    public HeartbeatMetrics(CollectorRegistry registry) {
        heartbeats = Metric.HEARTBEATS.counter(registry);
    }

    void sent(String backend) {
        heartbeats.labels(backend, "sent").inc();
    }

    void failed(String backend) {
        heartbeats.labels(backend, "failed").inc();
    }
}
