package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The CachePolicies that there are, leader or not, by backend and pattern: the webhooks ask here. Only what tells who has
 * a pattern is kept of each, because a leader's controllers hold the whole besides.
 */
public final class Policies implements AutoCloseable {

    private static final String BY_PATTERN = "pattern";

    private static final String[] KEPT = {
        "metadata.creationTimestamp", "metadata.deletionTimestamp", "spec.backendRef", "spec.keyPattern", "status"
    };

    private final List<SharedIndexInformer<CachePolicy>> informers;

    private Policies(Stream<SharedIndexInformer<CachePolicy>> informers) {
        this.informers = informers.toList();
    }

    /**
     * {@return the policies of some namespaces; none is known before {@link #start}}
     *
     * @param namespaces empty: all
     */
    public static Policies of(KubernetesClient client, Set<String> namespaces) {
        Policies policies = new Policies(
                namespaces.isEmpty()
                        ? Stream.of(client.resources(CachePolicy.class)
                                .inAnyNamespace()
                                .runnableInformer(0))
                        : namespaces.stream()
                                .map(namespace -> client.resources(CachePolicy.class)
                                        .inNamespace(namespace)
                                        .runnableInformer(0)));
        for (SharedIndexInformer<CachePolicy> informer : policies.informers) {
            informer.exceptionHandler((_, failure) -> !ExceptionHandler.isDeserializationException(failure));
            informer.itemStore(new ReducedStateItemStore<>(
                    ReducedStateItemStore.NAME_KEY_STATE,
                    CachePolicy.class,
                    client.getKubernetesSerialization(),
                    KEPT));
            informer.removeNamespaceIndex();
            informer.addIndexers(Map.of(BY_PATTERN, policy -> keys(policy)));
        }
        return policies;
    }

    /** Starts to watch. The CRD must be there. */
    public void start() {
        // A policy that is not known yet warns nobody, and nobody waits for it.
        informers.forEach(informer -> {
            var _ = informer.start();
        });
    }

    /** {@return the other policies with a policy's pattern on its backend} */
    public List<CachePolicy> withPatternOf(CachePolicy policy) {
        return keys(policy).stream()
                .flatMap(key ->
                        informers.stream().flatMap(informer -> informer.getIndexer().byIndex(BY_PATTERN, key).stream()))
                .filter(other -> !other.getMetadata()
                        .getName()
                        .equals(policy.getMetadata().getName()))
                .toList();
    }

    /** One key; none for a policy whose pattern is none. */
    private static List<String> keys(CachePolicy policy) {
        try {
            return List.of(policy.getMetadata().getNamespace() + "/"
                    + policy.getSpec().backendRef().name() + "/"
                    + KeyPattern.parse(policy.getSpec().keyPattern()).canonical());
        } catch (InvalidPatternException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }
}
