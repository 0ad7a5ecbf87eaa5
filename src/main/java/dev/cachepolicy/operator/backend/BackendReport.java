package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.operator.backend.BackendStatusFactory.Found;
import dev.cachepolicy.operator.status.StatusPatch;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import org.jspecify.annotations.Nullable;

/** Tells what a reconciliation of a backend found: the status if it differs, Events for transitions, gauges. */
final class BackendReport {

    private final BackendStatusFactory statuses;
    private final BackendEvents events;
    private final AgentGauges gauges;

    BackendReport(BackendStatusFactory statuses, BackendEvents events, AgentGauges gauges) {
        this.statuses = statuses;
        this.events = events;
        this.gauges = gauges;
    }

    /**
     * Writes what differs. {@return the status that now stands in the API server}
     *
     * @param agents as they are this moment, for the gauges; null: heartbeats were not read yet
     */
    CacheBackendStatus write(
            CacheBackend backend, Found found, @Nullable AgentTally agents, Context<CacheBackend> context) {
        if (agents != null) {
            gauges.set(Backends.id(backend), agents);
        }
        CacheBackendStatus status = statuses.status(backend, found);
        StatusPatch.apply(
                backend,
                status,
                new CacheBackend(),
                context,
                (before, after) -> events.transition(backend, before, after));
        return status;
    }
}
