package dev.cachepolicy.operator.backend;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Counters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hit ratios of one backend's policies over the last minutes with traffic, from the counters in heartbeats.
 * Counters run since an agent started, so only their differences count; one that became smaller started again. A ratio
 * is shown 30 s after the first traffic, and then changes at most every 5 minutes and only by a point or more: a status
 * that follows every request would be written all day.
 *
 * <p>Not safe for use by several threads; JOSDK reconciles one backend on one thread at a time.
 */
final class HitRatios {

    static final Duration WINDOW = Duration.ofMinutes(5);
    static final Duration FIRST = Duration.ofSeconds(30);

    private static final Duration BUCKET = Duration.ofSeconds(10);
    private static final Counters NONE = new Counters(0, 0);

    private final Map<Agent, Map<String, Counters>> last = new HashMap<>();
    private final Map<String, Traffic> traffic = new HashMap<>();
    private boolean sampled;

    /** Takes in the counters of all agents as they are now. */
    void sample(Instant now, Map<Agent, Heartbeat> heartbeats) {
        heartbeats.forEach((agent, heartbeat) -> {
            Map<String, Counters> before = last.get(agent);
            // What an agent counted before this process first saw it has no time. An agent that appears later is new.
            if (before != null || sampled) {
                heartbeat.counters().forEach((policy, counters) -> add(now, policy, growth(before, policy, counters)));
            }
            last.put(agent, heartbeat.counters());
        });
        last.keySet().retainAll(heartbeats.keySet());
        sampled = true;
    }

    private static Counters growth(@Nullable Map<String, Counters> before, String policy, Counters now) {
        Counters then = before == null ? NONE : before.getOrDefault(policy, NONE);
        boolean restarted = now.hits() < then.hits() || now.misses() < then.misses();
        return restarted ? now : new Counters(now.hits() - then.hits(), now.misses() - then.misses());
    }

    private void add(Instant now, String policy, Counters growth) {
        if (growth.hits() > 0 || growth.misses() > 0) {
            traffic.computeIfAbsent(policy, _ -> new Traffic(now)).add(now, growth);
        }
    }

    /**
     * {@return the ratio that a policy's status should show; empty: none, or what stands there}
     *
     * @param policy {@code namespace/name}
     * @param standing what the status shows
     */
    Optional<HitRatio> ratio(String policy, Instant now, Optional<HitRatio> standing) {
        Traffic of = traffic.get(policy);
        return of == null ? standing : Optional.ofNullable(of.shown(now, standing.orElse(null)));
    }

    /** Forgets policies that are gone. */
    void retain(Set<String> policies) {
        traffic.keySet().retainAll(policies);
    }

    private record Bucket(Instant start, Counters sum) {}

    /** One policy's reads in buckets of ten seconds, and what was last shown of them. */
    private static final class Traffic {

        private final Instant first;
        private final Deque<Bucket> buckets = new ArrayDeque<>();
        private @Nullable HitRatio shown;
        private @Nullable Instant shownAt;

        Traffic(Instant first) {
            this.first = first;
        }

        void add(Instant now, Counters growth) {
            trim(now);
            Bucket newest = buckets.peekLast();
            if (newest != null && newest.start().plus(BUCKET).isAfter(now)) {
                buckets.removeLast();
                buckets.addLast(new Bucket(
                        newest.start(),
                        new Counters(
                                newest.sum().hits() + growth.hits(),
                                newest.sum().misses() + growth.misses())));
            } else {
                buckets.addLast(new Bucket(now, growth));
            }
        }

        @Nullable
        HitRatio shown(Instant now, @Nullable HitRatio standing) {
            if (shown == null) {
                shown = standing;
            }
            if (now.isBefore(first.plus(FIRST)) || (shownAt != null && now.isBefore(shownAt.plus(WINDOW)))) {
                return shown;
            }
            HitRatio current = current(now);
            if (current != null && (shown == null || current.differsFrom(shown))) {
                shown = current;
                shownAt = now;
            }
            return shown;
        }

        private void trim(Instant now) {
            buckets.removeIf(bucket -> bucket.start().plus(WINDOW).isBefore(now));
        }

        private @Nullable HitRatio current(Instant now) {
            trim(now);
            long hits = buckets.stream().mapToLong(b -> b.sum().hits()).sum();
            long misses = buckets.stream().mapToLong(b -> b.sum().misses()).sum();
            if (hits + misses == 0) {
                return null;
            }
            Duration since = Duration.between(first, now);
            return HitRatio.of(hits, misses, since.compareTo(WINDOW) < 0 ? since : WINDOW);
        }
    }
}
