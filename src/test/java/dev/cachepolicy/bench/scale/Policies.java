package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The policies of a namespace, and what a watch sees of them. */
final class Policies {

    private final KubernetesClient client;
    private final String namespace;
    private final int size;
    private final Sightings sightings = new Sightings();
    private final Map<String, CachePolicyStatus> statuses = new ConcurrentHashMap<>();

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
        client.resources(CachePolicy.class)
                .inNamespace(others.namespace)
                .list()
                .getItems()
                .forEach(policy -> statuses.put(policy.getMetadata().getName(), policy.getStatus()));
        Concurrently.forEach(List.copyOf(statuses.keySet()), name -> writeStatus(name, 1));
    }

    /** Gives all policies another TTL, and each then a status that speaks of it: the least that an operator could do. */
    void changeAllAndTheirStatuses(String ttl) throws Exception {
        Concurrently.forEach(
                IntStream.range(0, size).boxed().toList(),
                policy -> writeStatus(
                        Resources.policyName(policy), change(policy, ttl).generation()));
    }

    /** Writes a status as an operator does. */
    private void writeStatus(String name, long generation) {
        CachePolicyStatus status = Objects.requireNonNull(statuses.get(name), "taken from others");
        CachePolicy policy = new CachePolicy();
        policy.setMetadata(Resources.metadata(namespace, name));
        policy.setStatus(new CachePolicyStatus(
                generation,
                Objects.requireNonNull(status.conditions()).stream()
                        .map(condition -> new ConditionBuilder(condition)
                                .withObservedGeneration(generation)
                                .build())
                        .toList(),
                status.effective(),
                status.agents(),
                status.observed()));
        client.resource(policy)
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(Names.FIELD_MANAGER)
                        .withForce(true)
                        .build());
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
                null, null, null, new CachePolicySpec.Ttl(ttl, null, null, null), null, null, null, null, null, null));
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
