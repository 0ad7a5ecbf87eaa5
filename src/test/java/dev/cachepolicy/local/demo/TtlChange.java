package dev.cachepolicy.local.demo;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Watches all policies while one is changed: when the API server took the change, and whose status was written. */
final class TtlChange implements Watcher<CachePolicy> {

    /** A write that the API server took. */
    private record Write(String policy, boolean ofSpec, Instant at, Optional<String> ratio, Set<String> fields) {}

    private final Map<String, CachePolicy> last = new ConcurrentHashMap<>();
    private @Nullable Watch watch;
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();

    private TtlChange(List<CachePolicy> policies) {
        policies.forEach(policy -> last.put(policy.getMetadata().getName(), policy));
    }

    /** {@return a watch that has seen everything from this call on} */
    static TtlChange watch(KubernetesClient client, String namespace) {
        var resources = client.resources(CachePolicy.class).inNamespace(namespace);
        var policies = resources.list();
        TtlChange change = new TtlChange(policies.getItems());
        change.watch = resources
                .withResourceVersion(policies.getMetadata().getResourceVersion())
                .watch(change);
        return change;
    }

    @Override
    public void eventReceived(Action action, CachePolicy policy) {
        CachePolicy before = last.put(policy.getMetadata().getName(), policy);
        if (before == null) {
            return; // a policy that is new
        }
        writes.add(new Write(
                policy.getMetadata().getName(),
                !before.getMetadata()
                        .getGeneration()
                        .equals(policy.getMetadata().getGeneration()),
                Instant.now(),
                syncedRatio(policy),
                changed(before, policy)));
    }

    /** {@return the fields of the status that differ} */
    private static Set<String> changed(CachePolicy before, CachePolicy after) {
        Map<?, ?> old = Serialization.unmarshal(Serialization.asJson(before.getStatus()), Map.class);
        Map<?, ?> now = Serialization.unmarshal(Serialization.asJson(after.getStatus()), Map.class);
        return now.entrySet().stream()
                .filter(field -> !field.getValue().equals(old.get(field.getKey())))
                .map(field -> String.valueOf(field.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@return synced/total if the status speaks of the newest generation} */
    private static Optional<String> syncedRatio(CachePolicy policy) {
        var status = policy.getStatus();
        if (status == null || status.agents() == null || status.conditions() == null) {
            return Optional.empty();
        }
        boolean ofThisGeneration = status.conditions().stream()
                .anyMatch(condition -> condition.getType().equals("AgentsSynced")
                        && policy.getMetadata().getGeneration().equals(condition.getObservedGeneration()));
        return ofThisGeneration ? Optional.of(status.agents().ratio()) : Optional.empty();
    }

    /** Ends the watch; what was seen stays. */
    void end() {
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public void onClose(WatcherException cause) {
        writes.clear(); // a watch that broke has seen nothing reliable
    }

    /** {@return when the API server took the change of the spec} */
    Optional<Instant> taken() {
        return writes.stream().filter(Write::ofSpec).map(Write::at).findFirst();
    }

    /** {@return the time from the change to the first status that counts all agents as synced} */
    Optional<Duration> synced(String ratio) {
        return taken().flatMap(start -> writes.stream()
                .filter(write -> !write.at().isBefore(start)
                        && write.ratio().filter(ratio::equals).isPresent())
                .map(write -> Duration.between(start, write.at()))
                .findFirst());
    }

    /** {@return what was written into the status of each policy since the change} */
    Map<String, List<Set<String>>> statusWrites() {
        return writes.stream()
                .filter(write -> !write.ofSpec())
                .collect(Collectors.groupingBy(Write::policy, Collectors.mapping(Write::fields, Collectors.toList())));
    }
}
