package dev.cachepolicy.local.demo;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Watches all policies while one is changed: when the API server took the change, and whose status was written. */
final class TtlChange implements Watcher<CachePolicy> {

    /** A write that the API server took. */
    private record Write(String policy, boolean ofSpec, Instant at, Optional<String> ratio) {}

    private final Map<String, Long> generations = new ConcurrentHashMap<>();
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();

    @Override
    public void eventReceived(Action action, CachePolicy policy) {
        Long generation = policy.getMetadata().getGeneration();
        Long before = generations.put(policy.getMetadata().getName(), generation);
        if (before == null) {
            return; // the policy as it was when the watch began
        }
        writes.add(new Write(
                policy.getMetadata().getName(), !before.equals(generation), Instant.now(), syncedRatio(policy)));
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

    /** {@return how often the status of each policy was written since the change} */
    Map<String, Long> statusWrites() {
        return writes.stream()
                .filter(write -> !write.ofSpec())
                .collect(Collectors.groupingBy(Write::policy, Collectors.counting()));
    }
}
