package dev.cachepolicy.operator.backend;

import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the last reconciliation of each backend came to. The backend's reconciler publishes, the policies' reads; a
 * policy is told only when its own outcome changed, so that a change of one policy writes the status of one.
 *
 * <p>A single change is told at once, and again when all agents acknowledged it: two writes of a status. Of many changes
 * that follow each other quickly, each is told when all agents acknowledged it, which is one write. {@link Patience}
 * limits both waits. What is held back is not read either: the status stays that of an older generation, which
 * {@code observedGeneration} says, or of the same one with fewer agents. A policy of which nothing was told yet never
 * waits, since kstatus takes an object without a status for ready.
 */
public final class BackendOutcomes {

    private final Map<BackendId, Map<PolicyKey, Entry>> outcomes = new ConcurrentHashMap<>();
    private final Consumer<PolicyKey> changed;
    private final LongSupplier nanoTime;

    /**
     * @param changed told of each policy whose outcome changed; must not block
     * @param nanoTime a monotonic clock
     */
    public BackendOutcomes(Consumer<PolicyKey> changed, LongSupplier nanoTime) {
        this.changed = changed;
        this.nanoTime = nanoTime;
    }

    /**
     * @param told null: nothing yet
     * @param patience with an outcome that differs from it
     */
    private record Entry(@Nullable PolicyOutcome told, Patience patience) {

        static final Entry NEW = new Entry(null, Patience.NONE);

        Entry next(PolicyOutcome outcome, boolean burst, long now) {
            if (outcome.equals(told)) {
                return new Entry(told, Patience.NONE);
            }
            boolean news = told == null || !(burst || patience.since() != null || outcome.sameButForAgents(told));
            Patience begun = patience.begun(now);
            return news || outcome.settled() || begun.left(now).isZero()
                    ? new Entry(outcome, Patience.NONE)
                    : new Entry(told, begun);
        }
    }

    /**
     * Replaces what is known of a backend's policies.
     *
     * @param burst whether this is one of many changes that follow each other quickly
     * @return when to publish again at the latest, because something is held back; empty: nothing is
     */
    public Optional<Duration> publish(BackendId backend, Map<PolicyKey, PolicyOutcome> policies, boolean burst) {
        long now = nanoTime.getAsLong();
        Map<PolicyKey, Entry> before = outcomes.getOrDefault(backend, Map.of());
        Map<PolicyKey, Entry> after = new HashMap<>();
        policies.forEach((policy, outcome) ->
                after.put(policy, before.getOrDefault(policy, Entry.NEW).next(outcome, burst, now)));
        outcomes.put(backend, Map.copyOf(after));
        tell(before, after);
        return after.values().stream()
                .map(Entry::patience)
                .filter(patience -> patience.since() != null)
                .map(patience -> patience.left(now))
                .min(Duration::compareTo);
    }

    /** Forgets a backend that is gone. */
    public void remove(BackendId backend) {
        Map<PolicyKey, Entry> before = outcomes.remove(backend);
        tell(before == null ? Map.of() : before, Map.of());
    }

    /** {@return what became of a policy of a backend; empty: not known yet} */
    public Optional<PolicyOutcome> of(BackendId backend, PolicyKey policy) {
        return Optional.ofNullable(told(outcomes.getOrDefault(backend, Map.of()), policy));
    }

    /** {@return the backends of which something is known} */
    public Set<BackendId> backends() {
        return Set.copyOf(outcomes.keySet());
    }

    private void tell(Map<PolicyKey, Entry> before, Map<PolicyKey, Entry> after) {
        Set<PolicyKey> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (PolicyKey key : keys) {
            if (!Objects.equals(told(before, key), told(after, key))) {
                changed.accept(key);
            }
        }
    }

    private static @Nullable PolicyOutcome told(Map<PolicyKey, Entry> entries, PolicyKey policy) {
        return entries.getOrDefault(policy, Entry.NEW).told();
    }
}
