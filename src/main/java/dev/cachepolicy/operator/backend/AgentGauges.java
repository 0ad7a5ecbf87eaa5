package dev.cachepolicy.operator.backend;

import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.operator.keeper.BackendId;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;

/** The metric {@link Metric#AGENTS}: pods of each backend by how far they follow. */
final class AgentGauges {

    private static final String SYNCED = "synced";
    private static final String BEHIND = "behind";
    private static final String OUTDATED = "outdated";
    private static final String MISSING = "missing";

    private final Gauge agents;

    AgentGauges(CollectorRegistry registry) {
        agents = Metric.AGENTS.gauge(registry);
    }

    void set(BackendId backend, AgentTally tally) {
        set(backend, SYNCED, tally.synced());
        set(backend, BEHIND, tally.behind());
        set(backend, OUTDATED, tally.outdated());
        set(backend, MISSING, tally.bare());
    }

    private void set(BackendId backend, String state, int pods) {
        agents.labels(backend.namespace(), backend.name(), state).set(pods);
    }

    void remove(BackendId backend) {
        for (String state : new String[] {SYNCED, BEHIND, OUTDATED, MISSING}) {
            agents.remove(backend.namespace(), backend.name(), state);
        }
    }
}
