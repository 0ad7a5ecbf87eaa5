package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When each policy's conditions were first seen to be true for its newest generation, as a watch shows it. */
final class Sightings implements ResourceEventHandler<CachePolicy> {

    private final Map<Key, Sighting> sightings = new ConcurrentHashMap<>();
    private final Set<String> withHitRatio = ConcurrentHashMap.newKeySet();

    private record Key(String policy, String condition) {}

    private record Sighting(long generation, long nanos) {}

    @Override
    public void onAdd(CachePolicy policy) {
        look(policy);
    }

    @Override
    public void onUpdate(CachePolicy before, CachePolicy policy) {
        look(policy);
    }

    @Override
    public void onDelete(CachePolicy policy, boolean finalStateUnknown) {
        throw new IllegalStateException("nothing here is deleted");
    }

    private void look(CachePolicy policy) {
        long now = System.nanoTime();
        if (policy.getStatus() != null && policy.getStatus().observed() != null) {
            withHitRatio.add(policy.getMetadata().getName());
        }
        Long generation = policy.getMetadata().getGeneration();
        if (policy.getStatus() == null
                || policy.getStatus().conditions() == null
                || !generation.equals(policy.getStatus().observedGeneration())) {
            return;
        }
        for (Condition condition : policy.getStatus().conditions()) {
            if (condition.getStatus().equals("True") && generation.equals(condition.getObservedGeneration())) {
                sightings.merge(
                        new Key(policy.getMetadata().getName(), condition.getType()),
                        new Sighting(generation, now),
                        (seen, next) -> seen.generation() == next.generation() ? seen : next);
            }
        }
    }

    /** Waits until so many policies show a hit ratio, which they do half a minute after their first traffic. */
    void awaitHitRatios(int policies) throws InterruptedException {
        Progress.await(() -> withHitRatio.size() == policies, () -> policies + " policies to have a hit ratio");
    }

    /** Waits until a condition was true of each of these generations. */
    void await(Map<String, Accepted> changes, String condition) throws InterruptedException {
        Progress.await(
                () -> changes.entrySet().stream()
                        .allMatch(change -> seen(change.getKey(), condition, change.getValue()) != null),
                () -> changes.size() + " policies to be " + condition);
    }

    /** {@return for each of these changes how long after its acceptance a condition was true of it, in seconds} */
    List<Double> secondsAfter(Map<String, Accepted> changes, String condition) {
        return changes.entrySet().stream()
                .map(change -> {
                    Long seen = seen(change.getKey(), condition, change.getValue());
                    if (seen == null) {
                        throw new IllegalStateException(change.getKey() + " was not " + condition);
                    }
                    // The watch may be quicker than the answer.
                    return Math.max(0, seen - change.getValue().nanos()) / 1e9;
                })
                .toList();
    }

    private @Nullable Long seen(String policy, String condition, Accepted change) {
        Sighting sighting = sightings.get(new Key(policy, condition));
        return sighting == null || sighting.generation() < change.generation() ? null : sighting.nanos();
    }
}
