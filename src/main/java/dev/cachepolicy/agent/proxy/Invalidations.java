package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Invalidation;
import dev.cachepolicy.agent.policy.Rules;
import org.jspecify.annotations.Nullable;

/**
 * What a listener answered in Redis's place and owes it still: each SET or DEL that an application was told is done, and of
 * which Redis knows nothing, or perhaps something. Redis may have kept the value from before. So until these keys are
 * removed there, nobody may read them there.
 *
 * <pre>
 *               remember              begin
 *   Settled ---------------> Due ---------------> Replaying ---+
 *      ^                      ^                     |  |       | remember
 *      |                      |    interrupted      |  | <-----+
 *      |                      +---------------------+  |
 *      |                      |    acknowledged, but more was remembered since
 *      |                      +------------------------+
 *      |                           acknowledged        |
 *      +-----------------------------------------------+
 * </pre>
 *
 * <p>Nothing is forgotten before Redis has acknowledged that it is removed: an attempt that is interrupted is made again
 * with all of it. A key that is remembered while it is being removed is removed once more, because the write that is
 * remembered may have reached Redis after the removal.
 *
 * <p>Bounded in keys and bytes, and in twice as many together with what comes while they are being removed. What does not
 * fit is remembered as "everything": all keys of the policies that fail open.
 *
 * <p>It belongs to the listener and outlives its backends: with other credentials, or by another name, Redis may still be
 * the same. It does not outlive the process. Used by all event loops: a key is remembered before its writer is answered,
 * and whoever reads after that answer finds the state here changed.
 */
final class Invalidations {

    /** How far it is. */
    sealed interface State {

        /** {@return whether only keys of policies that fail open must be kept from Redis, because it will take a while} */
        default boolean isLong() {
            return false;
        }
    }

    /** Nothing is owed. */
    record Settled() implements State {}

    /**
     * Something is.
     *
     * @param refused whether Redis answered an attempt with an error
     */
    record Due(Remembered owed, boolean refused) implements State {

        @Override
        public boolean isLong() {
            return refused || owed.isOverflowed();
        }
    }

    /**
     * It was sent to Redis, or is being sent.
     *
     * @param sent what
     * @param since what came later
     * @param refused whether Redis answered the attempt before with an error
     */
    record Replaying(Remembered sent, Remembered since, boolean refused) implements State {

        @Override
        public boolean isLong() {
            return refused || sent.isOverflowed() || since.isOverflowed();
        }
    }

    private static final State SETTLED = new Settled();

    private final int maxKeys;
    private final long maxBytes;
    private final InvalidationMetrics metrics;
    private volatile State state = SETTLED;

    /**
     * @param maxKeys how many keys are remembered at most
     * @param maxBytes and how many bytes of them
     */
    Invalidations(int maxKeys, long maxBytes, InvalidationMetrics metrics) {
        this.maxKeys = maxKeys;
        this.maxBytes = maxBytes;
        this.metrics = metrics;
    }

    State state() {
        return state;
    }

    boolean isSettled() {
        return state instanceof Settled;
    }

    /**
     * A write is about to be answered.
     *
     * @param rules in force
     * @param doubted address of this end of the connection that it was sent on, null: it was not
     */
    synchronized void remember(Invalidation write, Rules rules, @Nullable String doubted) {
        Remembered open = switch (state) {
            case Settled _ -> {
                Remembered first = new Remembered(maxKeys, maxBytes);
                state = new Due(first, false);
                yield first;
            }
            case Due due -> due.owed();
            case Replaying replaying -> replaying.since();
        };
        boolean before = open.isOverflowed();
        int keys = open.keys().size();
        open.add(write.keys(), rules);
        if (doubted != null) {
            open.doubt(doubted);
        }
        metrics.remembered(write.keys().size(), open.keys().size() - keys);
        if (!before && open.isOverflowed()) {
            metrics.overflowed();
        }
    }

    /** {@return what to remove from Redis now, or null if nothing is due or an attempt is under way} */
    synchronized @Nullable Remembered begin() {
        if (state instanceof Due(Remembered owed, boolean refused)) {
            state = new Replaying(owed, owed.next(), refused);
            return owed;
        }
        return null;
    }

    /** All of it is removed. */
    synchronized void acknowledged() {
        if (state instanceof Replaying(Remembered sent, Remembered since, boolean _)) {
            metrics.replayed(sent.keys().size());
            state = since.isEmpty() ? SETTLED : new Due(new Remembered(maxKeys, maxBytes).and(since), false);
        }
    }

    /** Some of it may not be removed. */
    synchronized void interrupted(boolean refused) {
        if (state instanceof Replaying(Remembered sent, Remembered since, boolean _)) {
            Remembered both = sent.and(since);
            metrics.pending(
                    both.keys().size() - sent.keys().size() - since.keys().size());
            state = new Due(both, refused);
        }
    }
}
