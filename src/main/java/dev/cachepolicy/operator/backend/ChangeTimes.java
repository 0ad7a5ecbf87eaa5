package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Histogram;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long a changed policy takes: from the generation as the watch brought it until agents can have it, and until they
 * all acknowledged it. A change that another one overtakes, that is refused, or that no agent could follow has no end
 * and is not counted. Told by the watch's thread and by reconcilers.
 */
final class ChangeTimes {

    private static final double[] BUCKETS = {.01, .025, .05, .1, .25, .5, 1, 2, 3, 5, 10, 30, 60, 300};
    private static final double NANOS = 1e9;

    private final Histogram programmed;
    private final Histogram acknowledged;
    private final LongSupplier nanoTime;
    private final Map<PolicyKey, Change> open = new ConcurrentHashMap<>();

    /** @param programmed whether that end was reached, and counted */
    private record Change(String uid, long generation, long began, boolean programmed) {

        boolean isOf(PolicyOutcome outcome) {
            return uid.equals(outcome.uid()) && generation == outcome.generation();
        }
    }

    ChangeTimes(CollectorRegistry registry, LongSupplier nanoTime) {
        this.programmed = Metric.CHANGE_PROGRAMMED.histogram(registry, BUCKETS);
        this.acknowledged = Metric.CHANGE_ACKNOWLEDGED.histogram(registry, BUCKETS);
        this.nanoTime = nanoTime;
    }

    /** A policy came into sight: new, or not new when the operator is. */
    void appeared(CachePolicy policy) {
        boolean known = policy.getStatus() != null
                && policy.getMetadata()
                        .getGeneration()
                        .equals(policy.getStatus().observedGeneration());
        if (!known) {
            changed(policy);
        }
    }

    /** A policy has a new generation. */
    void changed(CachePolicy policy) {
        open.put(
                PolicyKey.of(policy),
                new Change(
                        policy.getMetadata().getUid(),
                        policy.getMetadata().getGeneration(),
                        nanoTime.getAsLong(),
                        false));
    }

    void gone(CachePolicy policy) {
        open.remove(PolicyKey.of(policy));
    }

    /** A backend was reconciled, and this became of its policies. */
    void became(BackendId backend, Map<PolicyKey, PolicyOutcome> outcomes) {
        Histogram.Child toProgrammed = programmed.labels(backend.namespace(), backend.name());
        Histogram.Child toAcknowledged = acknowledged.labels(backend.namespace(), backend.name());
        if (open.isEmpty()) {
            return;
        }
        outcomes.forEach((policy, outcome) -> open.computeIfPresent(policy, (_, change) -> {
            if (!change.isOf(outcome)) {
                return change;
            }
            if (outcome.programming() instanceof Programming.Withheld) {
                return outcome.accepted() ? change : null;
            }
            double seconds = (nanoTime.getAsLong() - change.began()) / NANOS;
            if (!change.programmed()) {
                toProgrammed.observe(seconds);
            }
            AgentTally agents = outcome.agents();
            if (agents == null || agents.behind() > 0) {
                return new Change(change.uid(), change.generation(), change.began(), true);
            }
            if (agents.synced() > 0) {
                toAcknowledged.observe(seconds);
            }
            return null;
        }));
    }

    /** A backend is gone. */
    void remove(BackendId backend) {
        programmed.remove(backend.namespace(), backend.name());
        acknowledged.remove(backend.namespace(), backend.name());
    }
}
