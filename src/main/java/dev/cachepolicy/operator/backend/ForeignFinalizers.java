package dev.cachepolicy.operator.backend;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.operator.keeper.BackendId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the finalizer away that another operator left on backends: one of the whole cluster, or of version 0.1.0. For an
 * operator that restores {@link Restoration#ON_RELEASE}, which could not remove it when it matters. One that comes back is of
 * an operator that still runs; to remove it again would be a contest without an end. Used by one thread.
 */
final class ForeignFinalizers {

    private static final Logger LOG = LoggerFactory.getLogger(ForeignFinalizers.class);

    private final KubernetesClient client;
    private final Backends backends;
    private final BackendEvents events;

    /** Backends whose finalizer was removed, and at which resourceVersion. */
    private final Map<BackendId, String> removed = new HashMap<>();

    private final Set<BackendId> contested = new HashSet<>();

    ForeignFinalizers(KubernetesClient client, Backends backends, BackendEvents events) {
        this.client = client;
        this.backends = backends;
        this.events = events;
    }

    /** Looks once, at the cache alone. What does not succeed is tried again by the next look. */
    void look() {
        backends.all()
                .filter(backend -> backend.hasFinalizer(Names.RESTORE_FINALIZER))
                .forEach(this::remove);
    }

    private void remove(CacheBackend backend) {
        BackendId id = Backends.id(backend);
        String version = backend.getMetadata().getResourceVersion();
        String before = removed.get(id);
        if (before == null) {
            patch(backend, version);
        } else if (!before.equals(version) && contested.add(id)) {
            events.contested(backend);
        }
    }

    private void patch(CacheBackend backend, String version) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ArrayNode others =
                patch.putObject("metadata").put("resourceVersion", version).putArray("finalizers");
        backend.getMetadata().getFinalizers().stream()
                .filter(finalizer -> !finalizer.equals(Names.RESTORE_FINALIZER))
                .forEach(others::add);
        try {
            client.resource(Backends.reference(Backends.id(backend)))
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
            removed.put(Backends.id(backend), version);
        } catch (KubernetesClientException e) {
            LOG.info("could not remove the finalizer of {}: {}", Backends.id(backend), e.getMessage());
        }
    }
}
