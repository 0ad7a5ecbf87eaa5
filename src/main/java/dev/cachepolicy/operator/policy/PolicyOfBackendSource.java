package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.operator.backend.Backends;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Wakes policies when their outcome changed, and all policies of a backend when it comes or goes. */
final class PolicyOfBackendSource implements Backends.Listener {

    private static final String BY_BACKEND = "backend";

    private final SimpleInboundEventSource<CachePolicy> events = new SimpleInboundEventSource<>("backend");
    private volatile @Nullable IndexerResourceCache<CachePolicy> policies;

    /** {@return the source, made for the controller of policies} */
    EventSource<?, CachePolicy> prepare(EventSourceContext<CachePolicy> context) {
        IndexerResourceCache<CachePolicy> cache = context.getPrimaryCache();
        cache.addIndexers(Map.of(
                BY_BACKEND,
                policy -> List.of(key(
                        policy.getMetadata().getNamespace(),
                        policy.getSpec().backendRef().name()))));
        policies = cache;
        return events;
    }

    /** Has one policy reconciled. */
    void outcomeChanged(PolicyKey policy) {
        events.propagateEvent(new ResourceID(policy.name(), policy.namespace()));
    }

    @Override
    public void comeOrGone(BackendId backend) {
        IndexerResourceCache<CachePolicy> cache = policies;
        if (cache != null && events.isRunning()) {
            cache.byIndex(BY_BACKEND, key(backend.namespace(), backend.name()))
                    .forEach(policy -> events.propagateEvent(ResourceID.fromResource(policy)));
        }
    }

    private static String key(String namespace, String backend) {
        return namespace + "/" + backend;
    }
}
