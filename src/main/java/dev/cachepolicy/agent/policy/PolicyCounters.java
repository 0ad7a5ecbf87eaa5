package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.Heartbeat;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What one policy's keys were asked for since the agent started. Written by all event loops. */
final class PolicyCounters {

    /** Upper bounds of the duration's buckets in seconds; a Redis in the same cluster answers in the first few. */
    static final double[] BUCKETS = {.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1};

    private static final double NANOS = 1e9;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final Map<TtlDecision, LongAdder> decisions = new EnumMap<>(TtlDecision.class);
    private final LongAdder[] durations = adders(BUCKETS.length + 1);
    private final LongAdder durationNanos = new LongAdder();

    private static LongAdder[] adders(int count) {
        return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
    }

    PolicyCounters() {
        for (TtlDecision decision : TtlDecision.values()) {
            decisions.put(decision, new LongAdder());
        }
    }

    private LongAdder decision(TtlDecision decision) {
        return Objects.requireNonNull(decisions.get(decision));
    }

    void read(boolean hit) {
        (hit ? hits : misses).increment();
    }

    void decided(TtlDecision decision) {
        decision(decision).increment();
    }

    void took(long nanos) {
        int bucket = 0;
        while (bucket < BUCKETS.length && nanos > BUCKETS[bucket] * NANOS) {
            bucket++;
        }
        durations[bucket].increment();
        durationNanos.add(nanos);
    }

    Heartbeat.Counters reads() {
        return new Heartbeat.Counters(hits.sum(), misses.sum());
    }

    long decisions(TtlDecision decision) {
        return decision(decision).sum();
    }

    /** {@return how many requests took this bucket's time or less, the last being all} */
    long durationsUpTo(int bucket) {
        long sum = 0;
        for (int i = 0; i <= bucket; i++) {
            sum += durations[i].sum();
        }
        return sum;
    }

    double durationSeconds() {
        return durationNanos.sum() / NANOS;
    }
}
