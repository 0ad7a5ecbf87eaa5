package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.FenceCounters;
import dev.cachepolicy.agent.policy.FenceCounters.Unleased;
import dev.cachepolicy.agent.policy.Fencing;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a reader waits for the load of another: as long as its policy says, and less once a reply stands behind its own.
 * Used on the event loop only.
 */
final class Patience {

    private final Fencing fencing;
    private final FenceCounters counters;
    private final EventLoop loop;
    private final Runnable ended;
    private final long deadline;
    private @Nullable Future<?> timer;
    private Unleased reason = Unleased.MaxWait;
    private boolean over;
    private boolean waited;
    private long since;

    /** @param ended called when it is over, unless it was told to {@link #stop} */
    Patience(Fencing fencing, FenceCounters counters, EventLoop loop, Runnable ended) {
        this.fencing = fencing;
        this.counters = counters;
        this.loop = loop;
        this.ended = ended;
        this.deadline = System.nanoTime() + fencing.maxWait().toNanos();
        if (fencing.maxWait().isZero()) {
            none();
        }
    }

    /** The reader may not wait. */
    void none() {
        over = true;
        reason = Unleased.NotWaiting;
    }

    /** {@return whether it waits no longer} */
    boolean isOver() {
        return over || deadline - System.nanoTime() <= 0;
    }

    /** {@return why it does not} */
    Unleased reason() {
        return reason;
    }

    /** {@return whether it has waited} */
    boolean hasWaited() {
        return waited;
    }

    /** It waits, from now on or still. */
    void waits() {
        if (!waited) {
            waited = true;
            since = System.nanoTime();
            counters.waits();
        }
        if (timer == null) {
            endWithin(deadline - System.nanoTime());
        }
    }

    /** Something waits behind it. */
    void blocks() {
        long most = fencing.maxBlock().toNanos();
        if (!over && most < deadline - System.nanoTime()) {
            reason = Unleased.MaxBlock;
            endWithin(most);
        }
    }

    private void endWithin(long nanos) {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = loop.schedule(this::end, nanos, TimeUnit.NANOSECONDS);
    }

    private void end() {
        over = true;
        ended.run();
    }

    /** It needs to wait no longer. */
    void stop() {
        if (waited) {
            counters.waited(System.nanoTime() - since);
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
