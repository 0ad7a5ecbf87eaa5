package dev.cachepolicy.operator.backend;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import dev.cachepolicy.operator.keeper.RedisState;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the finalizer away that another operator left on backends: one of the whole cluster, or of version 0.1.0. For an
 * operator that restores {@link Restoration#ON_RELEASE}, which could not remove it when it matters. One that comes back is of
 * an operator that still runs: to remove it again at once would be a contest without an end. Used by one thread.
 */
final class ForeignFinalizers {

    private static final Logger LOG = LoggerFactory.getLogger(ForeignFinalizers.class);

    /** Between two removals of the same backend's. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final Backends backends;
    private final RedisKeepers keepers;
    private final BackendEvents events;
    private final InstantSource clock;

    private final Map<BackendId, Removal> removals = new HashMap<>();

    /**
     * @param version of the backend that still had it
     * @param contested whether it was told that it came back
     */
    private record Removal(String version, Instant at, boolean contested) {}

    ForeignFinalizers(
            KubernetesClient client,
            Backends backends,
            RedisKeepers keepers,
            BackendEvents events,
            InstantSource clock) {
        this.client = client;
        this.backends = backends;
        this.keepers = keepers;
        this.events = events;
        this.clock = clock;
    }

    /** Looks once, at the cache alone. What does not succeed is tried again by the next look. */
    void look() {
        removals.keySet().removeIf(id -> !backends.exists(id));
        backends.all()
                .filter(backend -> backend.hasFinalizer(Names.RESTORE_FINALIZER))
                .forEach(this::remove);
    }

    private void remove(CacheBackend backend) {
        String version = backend.getMetadata().getResourceVersion();
        Removal last = removals.get(Backends.id(backend));
        if (last != null && last.version().equals(version)) {
            return; // the watch is late
        }
        if (backend.isMarkedForDeletion()) {
            // Nobody can add one any more. Asked before it is gone, told once it is: patches may be refused for long.
            ActualSettings lost = lost(backend);
            if (patch(backend, version) && lost != null) {
                events.notRestored(backend, lost);
            }
        } else if (last == null || clock.instant().isAfter(last.at().plus(PATIENCE))) {
            var _ = patch(backend, version);
        } else if (!last.contested()) {
            removals.put(Backends.id(backend), new Removal(last.version(), last.at(), true));
            events.contested(backend);
        }
    }

    /** {@return the settings that no keeper will put back, null: none has to be, or one will} */
    private @Nullable ActualSettings lost(CacheBackend backend) {
        boolean kept = !(keepers.state(Backends.id(backend)) instanceof RedisState.Connecting);
        return Restoration.wished(backend) && !kept ? RedisAccess.original(backend.getStatus()) : null;
    }

    /** {@return whether the finalizer is gone} */
    private boolean patch(CacheBackend backend, String version) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ArrayNode others =
                patch.putObject("metadata").put("resourceVersion", version).putArray("finalizers");
        backend.getMetadata().getFinalizers().stream()
                .filter(finalizer -> !finalizer.equals(Names.RESTORE_FINALIZER))
                .forEach(others::add);
        try {
            client.resource(Backends.reference(Backends.id(backend)))
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
            removals.put(Backends.id(backend), new Removal(version, clock.instant(), false));
            return true;
        } catch (KubernetesClientException e) {
            LOG.info("could not remove the finalizer of {}: {}", Backends.id(backend), e.getMessage());
            return false;
        }
    }
}
