package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.operator.keeper.BackendId;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CacheBackends that there are, leader or not: webhooks and reconcilers ask here. Kept by an informer that outlives
 * an API server that goes away.
 */
public final class Backends implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final String BY_NAMESPACE = Cache.NAMESPACE_INDEX;

    /** No namespace has this name. */
    private static final String ALL = "";

    /** A webhook that asks has seconds itself. */
    private static final int IMPATIENCE_MILLIS = 1500;

    /** Told when a backend appears or goes; its changes in between do not matter to anyone but its reconciler. */
    public interface Listener {

        void comeOrGone(BackendId backend);
    }

    private final KubernetesClient impatient;
    private final Map<String, SharedIndexInformer<CacheBackend>> informers;

    /** Namespaces whose backends this operator may not list. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private Backends(KubernetesClient client, Map<String, SharedIndexInformer<CacheBackend>> informers) {
        this.impatient = client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(IMPATIENCE_MILLIS)
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .adapt(KubernetesClient.class);
        this.informers = Map.copyOf(informers);
    }

    /**
     * {@return the backends of some namespaces; none is known before {@link #start}}
     *
     * @param namespaces empty: all
     */
    public static Backends of(KubernetesClient client, Set<String> namespaces) {
        Map<String, SharedIndexInformer<CacheBackend>> informers = namespaces.isEmpty()
                ? Map.of(
                        ALL,
                        client.resources(CacheBackend.class).inAnyNamespace().runnableInformer(0))
                : namespaces.stream()
                        .collect(Collectors.toMap(
                                Function.identity(),
                                namespace -> client.resources(CacheBackend.class)
                                        .inNamespace(namespace)
                                        .runnableInformer(0)));
        Backends backends = new Backends(client, informers);
        informers.forEach((namespace, informer) -> {
            informer.exceptionHandler((_, failure) -> backends.retries(namespace, failure));
            informer.addEventHandler(backends.new Handler());
        });
        return backends;
    }

    private boolean retries(String namespace, Throwable failure) {
        if (isForbidden(failure) && refused.add(namespace) && !namespace.equals(ALL)) {
            LOG.warn("may not list the CacheBackends of namespace {}: was it deleted? Others go on, if any", namespace);
        }
        return !ExceptionHandler.isDeserializationException(failure);
    }

    private static boolean isForbidden(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> false;
            case KubernetesClientException e when e.getCode() == HttpURLConnection.HTTP_FORBIDDEN -> true;
            default -> isForbidden(failure.getCause());
        };
    }

    /** Starts to watch; {@link #synced} tells when the first list is complete. The CRD must be there. */
    public void start() {
        for (SharedIndexInformer<CacheBackend> informer : informers.values()) {
            // Completes when the first list is there; until then it is retried, and synced() says so.
            var _ = informer.start();
        }
    }

    /**
     * {@return whether everything that was there at the start is known} Of several namespaces those do not count that the
     * operator may not look into, as long as there is another: whoever deletes one, and its Role with it, stops nobody else.
     */
    public boolean synced() {
        refused.removeIf(this::isSynced);
        return informers.values().stream().anyMatch(SharedIndexInformer::hasSynced)
                && informers.keySet().stream()
                        .allMatch(namespace -> isSynced(namespace) || refused.contains(namespace));
    }

    /** {@return whether the backends of a namespace are known; if not, nothing follows from one that is not found} */
    public boolean synced(String namespace) {
        return isSynced(informers.containsKey(ALL) ? ALL : namespace);
    }

    private boolean isSynced(String namespace) {
        SharedIndexInformer<CacheBackend> informer = informers.get(namespace);
        return informer != null && informer.hasSynced();
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
        return informers.values().stream()
                .flatMap(informer -> Optional.ofNullable(informer.getIndexer().getByKey(key)).stream())
                .findFirst();
    }

    /** {@return all that are known} */
    Stream<CacheBackend> all() {
        return informers.values().stream().flatMap(informer -> informer.getIndexer().list().stream());
    }

    /** {@return the backends of a namespace} */
    public List<CacheBackend> inNamespace(String namespace) {
        return informers.values().stream()
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

    /** {@return a backend with nothing but its identity, for an Event about one that may be gone} */
    static CacheBackend reference(BackendId backend) {
        CacheBackend reference = new CacheBackend();
        reference.setMetadata(new ObjectMetaBuilder()
                .withNamespace(backend.namespace())
                .withName(backend.name())
                .withUid(backend.uid())
                .build());
        return reference;
    }

    @Override
    public void close() {
        informers.values().forEach(SharedIndexInformer::stop);
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
