package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.model.RedisSettings;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Puts Redis's original settings back before a backend with {@code deletionPolicy: Restore} goes, where they are restored
 * {@link Restoration#BY_FINALIZER}. The SDK adds a finalizer to every resource that a cleaner sees, so this controller sees
 * only such backends. The finalizer gives way: to a terminating namespace at once, to a Redis that cannot be reached after
 * ten minutes.
 */
final class RestoreReconciler implements Reconciler<CacheBackend>, Cleaner<CacheBackend> {

    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final RedisSettings NOTHING = new RedisSettings(null, null, "the backend is being deleted");

    private final KubernetesClient client;
    private final RedisKeepers keepers;
    private final RedisSecrets secrets;
    private final TlsSecrets certificates;
    private final BackendEvents events;
    private final InstantSource clock;
    private final SimpleInboundEventSource<CacheBackend> redis = new SimpleInboundEventSource<>("redis");

    RestoreReconciler(
            KubernetesClient client,
            RedisKeepers keepers,
            RedisSecrets secrets,
            TlsSecrets certificates,
            BackendEvents events,
            InstantSource clock) {
        this.client = client;
        this.keepers = keepers;
        this.secrets = secrets;
        this.certificates = certificates;
        this.events = events;
        this.clock = clock;
    }

    /** {@return whether this controller has anything to do with a backend} */
    static boolean concerns(CacheBackend backend) {
        return Restoration.wished(backend) || backend.hasFinalizer(Names.RESTORE_FINALIZER);
    }

    @Override
    public List<EventSource<?, CacheBackend>> prepareEventSources(EventSourceContext<CacheBackend> context) {
        return List.of(redis);
    }

    /** Has a backend looked at since something about its Redis changed. */
    void redisChanged(BackendId backend) {
        redis.propagateEvent(new ResourceID(backend.name(), backend.namespace()));
    }

    @Override
    public UpdateControl<CacheBackend> reconcile(CacheBackend backend, Context<CacheBackend> context) {
        if (!Restoration.wished(backend)) {
            PrimaryUpdateAndCacheUtils.removeFinalizer(context, Names.RESTORE_FINALIZER);
        }
        return UpdateControl.noUpdate();
    }

    @Override
    public DeleteControl cleanup(CacheBackend backend, Context<CacheBackend> context) {
        ActualSettings original = RedisAccess.original(backend.getStatus());
        if (!Restoration.wished(backend) || original == null || namespaceTerminates(backend)) {
            return DeleteControl.defaultDelete();
        }
        BackendId id = Backends.id(backend);
        RedisAccess access = RedisAccess.of(backend, keepers.state(id), secrets, certificates);
        if (access.problem() == null) {
            keepers.restore(id, access.target(backend, false, NOTHING, backend.getStatus(), false), original);
        }
        if (keepers.state(id) instanceof RedisState.Restored restored) {
            events.restored(backend, restored.message());
            return DeleteControl.defaultDelete();
        }
        Instant deleted = Instant.parse(backend.getMetadata().getDeletionTimestamp());
        if (clock.instant().isAfter(deleted.plus(PATIENCE))) {
            events.abandoned(backend, original);
            return DeleteControl.defaultDelete();
        }
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(LOOK_AGAIN);
    }

    private boolean namespaceTerminates(CacheBackend backend) {
        Namespace namespace = client.namespaces()
                .withName(backend.getMetadata().getNamespace())
                .get();
        return namespace == null || namespace.isMarkedForDeletion();
    }
}
