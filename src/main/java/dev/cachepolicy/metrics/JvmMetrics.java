package dev.cachepolicy.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;

/** Metrics of the process and its virtual machine: those that cost nothing until they are read, and little then. */
public final class JvmMetrics {

    private JvmMetrics() {}

    /** Adds CPU time, resident memory, file descriptors, memory pools and garbage collections to a registry. */
    public static void register(CollectorRegistry registry) {
        new StandardExports().register(registry);
        new MemoryPoolsExports().register(registry);
        new GarbageCollectorExports().register(registry);
    }
}
