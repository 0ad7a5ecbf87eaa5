package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.operator.backend.BackendOutcomes;
import dev.cachepolicy.operator.backend.Backends;
import dev.cachepolicy.operator.backend.PolicyOutcome;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.status.StatusPatch;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Writes a policy's status. All decisions fall in the reconciliation of its backend, which sees the policies beside each
 * other; this reconciler waits until that speaks of the policy's present generation, and is told when it does.
 */
final class CachePolicyReconciler implements Reconciler<CachePolicy> {

    private static final Duration SYNCING = Duration.ofSeconds(1);

    private final Backends backends;
    private final BackendOutcomes outcomes;
    private final PolicyOfBackendSource source;
    private final PolicyStatusFactory statuses;
    private final PolicyEvents events;

    CachePolicyReconciler(
            Backends backends,
            BackendOutcomes outcomes,
            PolicyOfBackendSource source,
            PolicyStatusFactory statuses,
            PolicyEvents events) {
        this.backends = backends;
        this.outcomes = outcomes;
        this.source = source;
        this.statuses = statuses;
        this.events = events;
    }

    @Override
    public List<EventSource<?, CachePolicy>> prepareEventSources(EventSourceContext<CachePolicy> context) {
        return List.of(source.prepare(context));
    }

    @Override
    public UpdateControl<CachePolicy> reconcile(CachePolicy policy, Context<CachePolicy> context) {
        String namespace = policy.getMetadata().getNamespace();
        if (!backends.synced(namespace)) {
            return UpdateControl.<CachePolicy>noUpdate().rescheduleAfter(SYNCING);
        }
        Optional<BackendId> backend =
                backends.find(namespace, policy.getSpec().backendRef().name()).map(Backends::id);
        if (backend.isEmpty()) {
            write(policy, statuses.backendNotFound(policy), context);
            return UpdateControl.noUpdate();
        }
        outcomes.of(backend.get(), new PolicyKey(namespace, policy.getMetadata().getName()))
                .filter(outcome -> speaksOf(policy, outcome))
                .ifPresent(outcome -> write(policy, statuses.status(policy, outcome), context));
        return UpdateControl.noUpdate();
    }

    private static boolean speaksOf(CachePolicy policy, PolicyOutcome outcome) {
        return outcome.uid().equals(policy.getMetadata().getUid())
                && outcome.generation() == policy.getMetadata().getGeneration();
    }

    private void write(CachePolicy policy, CachePolicyStatus status, Context<CachePolicy> context) {
        StatusPatch.apply(
                policy,
                status,
                new CachePolicy(),
                context,
                (before, after) -> events.transition(policy, before, after));
    }
}
