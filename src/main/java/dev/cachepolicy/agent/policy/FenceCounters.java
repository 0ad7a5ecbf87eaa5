package dev.cachepolicy.agent.policy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What fencing one policy's keys came to since the agent started. Written by all event loops. */
public final class FenceCounters {

    /** Why a reader was given a nil though another has the lease. */
    public enum Unleased {
        /** It waited as long as its policy says. */
        MaxWait,
        /** Replies behind its own would have waited longer than they may. */
        MaxBlock,
        /** The load before came to nothing, or the reader may not wait. */
        NotWaiting,
        /** Redis refused to say who has the lease. */
        Refused
    }

    /** Why a value was not stored. */
    public enum VoidFill {
        /** The key was invalidated since its load began, or Redis has lost the lease. */
        Invalidated,
        /** Nothing certain is known of the load that it comes from. */
        Unknown,
        /** All loads of this pod had ended, so it may be a late value as well as an update. */
        Unexplained
    }

    private static final double[] BOUNDS = {.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

    /** The share of the newest load in the average. */
    private static final int SMOOTHING = 8;

    private volatile long usualLoadNanos;
    final LongAdder waiting = new LongAdder();
    final Durations waits = new Durations(BOUNDS);
    final Durations loads = new Durations(BOUNDS);
    private final Map<Unleased, LongAdder> unleased = adders(Unleased.class);
    private final Map<VoidFill, LongAdder> voidFills = adders(VoidFill.class);

    FenceCounters() {}

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> reasons) {
        Map<E, LongAdder> adders = new EnumMap<>(reasons);
        for (E reason : reasons.getEnumConstants()) {
            adders.put(reason, new LongAdder());
        }
        return adders;
    }

    /** A reader begins to wait. */
    public void waits() {
        waiting.increment();
    }

    /** A reader has waited, whatever it is given. */
    public void waited(long nanos) {
        waiting.decrement();
        waits.add(nanos);
    }

    /** A reader loads without a lease. */
    public void unleased(Unleased reason) {
        Objects.requireNonNull(unleased.get(reason)).increment();
    }

    /** A load has ended with a value. */
    public void loaded(long nanos) {
        loads.add(nanos);
        long before = usualLoadNanos;
        // Two event loops may overwrite each other: it is an estimate.
        usualLoadNanos = before == 0 ? nanos : before + (nanos - before) / SMOOTHING;
    }

    /** {@return how long loads took lately, 0: not known} */
    public long usualLoadNanos() {
        return usualLoadNanos;
    }

    /** A value was not stored. */
    public void voidFill(VoidFill reason) {
        Objects.requireNonNull(voidFills.get(reason)).increment();
    }

    long count(Unleased reason) {
        return Objects.requireNonNull(unleased.get(reason)).sum();
    }

    long count(VoidFill reason) {
        return Objects.requireNonNull(voidFills.get(reason)).sum();
    }
}
