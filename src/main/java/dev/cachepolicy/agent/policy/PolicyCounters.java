package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.Heartbeat;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one policy's keys were asked for since the agent started. Written by all event loops. */
final class PolicyCounters {

    /** Upper bounds of the duration's buckets in seconds; a Redis in the same cluster answers in the first few. */
    private static final double[] BUCKETS = {.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1};

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder coalesced = new LongAdder();
    private final LongAdder early = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final Map<TtlDecision, LongAdder> decisions = new EnumMap<>(TtlDecision.class);
    private final Durations durations = new Durations(BUCKETS);

    /** Made when the policy is first fenced. Written by who binds a table, under this object's lock. */
    private volatile @Nullable FenceCounters fence;

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

    /** A reader was given a value that another has loaded meanwhile. */
    void coalesced() {
        coalesced.increment();
    }

    /** A reader was given a value whose time was over. */
    void stale() {
        stale.increment();
    }

    /** A reader loads although there is a value, which will expire soon. */
    void early() {
        early.increment();
    }

    void took(long nanos) {
        durations.add(nanos);
    }

    /** {@return for the operator, who tells no more than how many found something} */
    Heartbeat.Counters reads() {
        return new Heartbeat.Counters(hits.sum() + coalesced.sum() + stale.sum(), misses.sum() + early.sum());
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long allCoalesced() {
        return coalesced.sum();
    }

    long allStale() {
        return stale.sum();
    }

    long allEarly() {
        return early.sum();
    }

    long decisions(TtlDecision decision) {
        return decision(decision).sum();
    }

    Durations durations() {
        return durations;
    }

    /** {@return what fencing comes to, counted from the first call on} */
    synchronized FenceCounters fence() {
        FenceCounters counters = fence;
        if (counters == null) {
            counters = new FenceCounters();
            fence = counters;
        }
        return counters;
    }

    /** {@return what fencing came to, null: the policy was never fenced} */
    @Nullable
    FenceCounters fenceIfAny() {
        return fence;
    }
}
