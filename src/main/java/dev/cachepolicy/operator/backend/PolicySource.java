package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

/** Policies, for the backends that they refer to. A policy that moves is also told to the backend that it leaves. */
final class PolicySource extends InformerEventSource<CachePolicy, CacheBackend> {

    private final ChangeTimes changes;

    PolicySource(
            InformerEventSourceConfiguration<CachePolicy> configuration,
            EventSourceContext<CacheBackend> context,
            ChangeTimes changes) {
        super(configuration, context);
        this.changes = changes;
    }

    @Override
    public void onAdd(CachePolicy policy) {
        changes.appeared(policy);
        super.onAdd(policy);
    }

    @Override
    public void onUpdate(CachePolicy before, CachePolicy policy) {
        if (!policy.getMetadata().getGeneration().equals(before.getMetadata().getGeneration())) {
            changes.changed(policy);
        }
        super.onUpdate(before, policy);
        if (!backend(before).equals(backend(policy))) {
            getEventHandler().handleEvent(new Event(backend(before)));
        }
    }

    @Override
    public void onDelete(CachePolicy policy, boolean finalStateUnknown) {
        changes.gone(policy);
        super.onDelete(policy, finalStateUnknown);
    }

    /** {@return the backend that a policy refers to} */
    static ResourceID backend(CachePolicy policy) {
        return new ResourceID(
                policy.getSpec().backendRef().name(), policy.getMetadata().getNamespace());
    }

    /** {@return whether a backend has to know of an update: not of one of the status} */
    static boolean matters(CachePolicy policy, CachePolicy before) {
        return !policy.getMetadata().getGeneration().equals(before.getMetadata().getGeneration())
                || !policy.getMetadata().getUid().equals(before.getMetadata().getUid())
                || policy.isMarkedForDeletion() != before.isMarkedForDeletion();
    }
}
