package dev.cachepolicy.operator.backend;

import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears up behind backends that are gone: what is kept of them in memory at once, their ConfigMaps when no pod mounts
 * them any more. A look every few seconds, at caches alone, needs no memory of what it has seen: it also finds what was
 * left while no operator ran, or by another.
 */
final class Leftovers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final KubernetesClient client;
    private final Backends backends;
    private final BackendSources sources;
    private final BackendOutcomes outcomes;
    private final RedisKeepers keepers;
    private final BackendMemory memory;
    private final TlsSecrets certificates;
    private final AgentGauges gauges;
    private final ChangeTimes changes;
    private final @Nullable ForeignFinalizers finalizers;
    private final Backends.Listener listener = backend -> forgetGone();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("leftovers").daemon().factory());

    Leftovers(
            KubernetesClient client,
            Backends backends,
            BackendSources sources,
            BackendOutcomes outcomes,
            RedisKeepers keepers,
            BackendMemory memory,
            TlsSecrets certificates,
            AgentGauges gauges,
            ChangeTimes changes,
            @Nullable ForeignFinalizers finalizers) {
        this.client = client;
        this.backends = backends;
        this.sources = sources;
        this.outcomes = outcomes;
        this.keepers = keepers;
        this.memory = memory;
        this.certificates = certificates;
        this.gauges = gauges;
        this.changes = changes;
        this.finalizers = finalizers;
    }

    /** Looks now and then until {@link #close}. */
    void start(Duration period) {
        backends.listen(listener);
        var _ = timer.scheduleWithFixedDelay(this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            forgetGone();
            sources.configMaps().stream().filter(this::abandoned).forEach(this::delete);
            if (finalizers != null) {
                finalizers.look();
            }
        } catch (RuntimeException e) {
            LOG.warn("could not clear up; tried again soon", e);
        }
    }

    private void forgetGone() {
        for (BackendId backend : outcomes.backends()) {
            if (!backends.exists(backend)) {
                keepers.release(backend);
                memory.forget(backend);
                certificates.remove(backend);
                gauges.remove(backend);
                changes.remove(backend);
                outcomes.remove(backend);
            }
        }
    }

    private boolean abandoned(ConfigMap configMap) {
        String namespace = configMap.getMetadata().getNamespace();
        String backend = AgentConfigMaps.backend(configMap);
        return sources.synced(namespace)
                && backends.find(namespace, backend).isEmpty()
                && sources.agentPods(namespace, backend).stream().noneMatch(Leftovers::mounts);
    }

    private static boolean mounts(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return !"Succeeded".equals(phase) && !"Failed".equals(phase);
    }

    private void delete(ConfigMap configMap) {
        try {
            // With its resourceVersion: not if anybody changed it meanwhile.
            client.resource(configMap).lockResourceVersion().delete();
            LOG.info(
                    "deleted ConfigMap {}/{}: its backend is gone and no pod mounts it",
                    configMap.getMetadata().getNamespace(),
                    configMap.getMetadata().getName());
        } catch (KubernetesClientException e) {
            LOG.info(
                    "could not delete ConfigMap {}: {}", configMap.getMetadata().getName(), e.getMessage());
        }
    }

    @Override
    public void close() {
        backends.unlisten(listener);
        timer.shutdownNow();
    }
}
