package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The policies of a namespace, and what a watch sees of them. */
final class Policies {

    private final KubernetesClient client;
    private final String namespace;
    private final int size;
    private final Sightings sightings = new Sightings();

    private Policies(KubernetesClient client, String namespace, int size) {
        this.client = client;
        this.namespace = namespace;
        this.size = size;
    }

    /** Makes policies, spread evenly over backends. */
    static Policies create(KubernetesClient client, String namespace, int size, int backends) throws Exception {
        Concurrently.forEach(
                IntStream.range(0, size).boxed().toList(),
                i -> client.resource(Resources.policy(namespace, i, Resources.backendName(i % backends)))
                        .create());
        Policies policies = new Policies(client, namespace, size);
        client.resources(CachePolicy.class).inNamespace(namespace).inform(policies.sightings, 0);
        return policies;
    }

    /**
     * Gives these policies the statuses of others, as if an operator had looked after them: a change of a larger object
     * costs an API server more.
     */
    void takeStatusesFrom(Policies others) throws Exception {
        Map<String, CachePolicyStatus> statuses =
                client.resources(CachePolicy.class).inNamespace(others.namespace).list().getItems().stream()
                        .collect(Collectors.toMap(policy -> policy.getMetadata().getName(), CachePolicy::getStatus));
        Concurrently.forEach(
                IntStream.range(0, size).mapToObj(Resources::policyName).toList(), name -> {
                    CachePolicy policy = new CachePolicy();
                    policy.setMetadata(Resources.metadata(namespace, name));
                    policy.setStatus(statuses.get(name));
                    client.resource(policy)
                            .subresource("status")
                            .patch(new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager(Names.FIELD_MANAGER)
                                    .withForce(true)
                                    .build());
                });
    }

    int size() {
        return size;
    }

    Sightings sightings() {
        return sightings;
    }

    /** {@return the creations} */
    Map<String, Accepted> created() {
        return IntStream.range(0, size)
                .boxed()
                .collect(Collectors.toMap(Resources::policyName, _ -> new Accepted(1, System.nanoTime())));
    }

    /** Gives a policy another TTL. */
    Accepted change(int policy, String ttl) {
        CachePolicy patch = new CachePolicy();
        patch.getMetadata().setName(Resources.policyName(policy));
        patch.setSpec(new CachePolicySpec(
                null, null, null, new CachePolicySpec.Ttl(ttl, null, null, null), null, null, null, null));
        // By name alone, the client would read the policy before every patch.
        long generation = client.resource(patch)
                .inNamespace(namespace)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(patch))
                .getMetadata()
                .getGeneration();
        return new Accepted(generation, System.nanoTime());
    }

    /** Gives all policies another TTL, some at a time. */
    Map<String, Accepted> changeAll(String ttl) throws Exception {
        Map<String, Accepted> changes = new ConcurrentHashMap<>();
        Concurrently.forEach(
                IntStream.range(0, size).boxed().toList(),
                policy -> changes.put(Resources.policyName(policy), change(policy, ttl)));
        return changes;
    }
}
