package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.operator.keeper.BackendId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CacheBackends that there are, leader or not: webhooks and reconcilers ask here. Kept by an informer that outlives
 * an API server that goes away.
 */
public final class Backends implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final String BY_NAMESPACE = Cache.NAMESPACE_INDEX;

    /** A webhook that asks has seconds itself. */
    private static final int IMPATIENCE_MILLIS = 1500;

    /** Told when a backend appears or goes; its changes in between do not matter to anyone but its reconciler. */
    public interface Listener {

        void comeOrGone(BackendId backend);
    }

    private final KubernetesClient impatient;
    private final List<SharedIndexInformer<CacheBackend>> informers;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private Backends(KubernetesClient client, Stream<SharedIndexInformer<CacheBackend>> informers) {
        this.impatient = client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(IMPATIENCE_MILLIS)
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .adapt(KubernetesClient.class);
        this.informers = informers.toList();
    }

    /**
     * {@return the backends of some namespaces; none is known before {@link #start}}
     *
     * @param namespaces empty: all
     */
    public static Backends of(KubernetesClient client, Set<String> namespaces) {
        Stream<SharedIndexInformer<CacheBackend>> informers = namespaces.isEmpty()
                ? Stream.of(
                        client.resources(CacheBackend.class).inAnyNamespace().runnableInformer(0))
                : namespaces.stream()
                        .map(namespace -> client.resources(CacheBackend.class)
                                .inNamespace(namespace)
                                .runnableInformer(0));
        Backends backends = new Backends(client, informers);
        for (SharedIndexInformer<CacheBackend> informer : backends.informers) {
            informer.exceptionHandler((started, failure) -> !ExceptionHandler.isDeserializationException(failure));
            informer.addEventHandler(backends.new Handler());
        }
        return backends;
    }

    /** Starts to watch; {@link #synced} tells when the first list is complete. The CRD must be there. */
    public void start() {
        for (SharedIndexInformer<CacheBackend> informer : informers) {
            // Completes when the first list is there; until then it is retried, and synced() says so.
            var _ = informer.start();
        }
    }

    /** {@return whether everything that was there at the start is known} */
    public boolean synced() {
        return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** Adds a listener; it is called on the informer's thread and must not block. */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    public void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    /** {@return the backend of that name} */
    public Optional<CacheBackend> find(String namespace, String name) {
        String key = Cache.namespaceKeyFunc(namespace, name);
        return informers.stream()
                .flatMap(informer -> Optional.ofNullable(informer.getIndexer().getByKey(key)).stream())
                .findFirst();
    }

    /** {@return the backends of a namespace} */
    public List<CacheBackend> inNamespace(String namespace) {
        return informers.stream()
                .flatMap(informer -> informer.getIndexer().byIndex(BY_NAMESPACE, namespace).stream())
                .toList();
    }

    /**
     * {@return the backends that a namespace has now, asked of the API server, of which the informer knows a moment later;
     * empty: it did not answer soon}
     */
    public Optional<List<CacheBackend>> stored(String namespace) {
        try {
            return Optional.of(impatient
                    .resources(CacheBackend.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems());
        } catch (KubernetesClientException e) {
            LOG.warn("cannot list the CacheBackends of namespace {}: {}", namespace, e.getMessage());
            return Optional.empty();
        }
    }

    /** {@return whether this very backend is there, not another of its name} */
    public boolean exists(BackendId backend) {
        return find(backend.namespace(), backend.name())
                .filter(found -> found.getMetadata().getUid().equals(backend.uid()))
                .isPresent();
    }

    /** {@return the id of a backend} */
    public static BackendId id(CacheBackend backend) {
        return new BackendId(
                backend.getMetadata().getNamespace(),
                backend.getMetadata().getName(),
                backend.getMetadata().getUid());
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }

    private final class Handler implements ResourceEventHandler<CacheBackend> {

        @Override
        public void onAdd(CacheBackend backend) {
            tell(backend);
        }

        @Override
        public void onUpdate(CacheBackend before, CacheBackend backend) {
            // A deletion and a creation that the watch missed between them arrive as one update.
            if (!before.getMetadata().getUid().equals(backend.getMetadata().getUid())) {
                tell(before);
                tell(backend);
            }
        }

        @Override
        public void onDelete(CacheBackend backend, boolean finalStateUnknown) {
            tell(backend);
        }

        private void tell(CacheBackend backend) {
            listeners.forEach(listener -> listener.comeOrGone(id(backend)));
        }
    }
}
