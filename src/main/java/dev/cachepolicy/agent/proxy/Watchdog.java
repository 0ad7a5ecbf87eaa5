package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.CommandSpec.Pace;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a reply that is due does not come. One timer for a connection, however many commands it carries.
 *
 * <p>A reply's time begins when it is the next to come: behind a slow one it waits for that first. The timer is set when
 * none is running, never moved by a command or a reply. So it must not sleep longer than a normal reply may take, however
 * long the one that is due may: the next may be a normal one, and would sleep with it.
 *
 * <p>Timers and sockets share the event loop. When it was kept from running, a timer can be due although the bytes lie in
 * the socket; so time that has run out counts only after the loop had {@link #GRACE} to look.
 */
final class Watchdog {

    /** Time for the event loop to read what has come already. */
    static final Duration GRACE = Duration.ofMillis(50);

    private final long normalNanos;
    private final long slowNanos;
    private final long busyNanos;
    private final BooleanSupplier hopeless;
    private final LongConsumer hung;
    private Ticker ticker = Ticker.systemTicker();
    private @Nullable EventLoop loop;
    private @Nullable Future<?> timer;
    private @Nullable ReplySlot due;
    private long lastProgress;
    private boolean paused;
    private boolean overdue;

    /**
     * @param hopeless asked now and then while a slow reply takes longer than the threshold for a busy Redis: whether it
     *     is not worth waiting for
     * @param hung gets the milliseconds that were waited
     */
    Watchdog(ProxyOptions options, BooleanSupplier hopeless, LongConsumer hung) {
        this.normalNanos = options.responseTimeout().toNanos();
        this.slowNanos = options.slowResponseTimeout().toNanos();
        this.busyNanos = options.busyThreshold().toNanos();
        this.hopeless = hopeless;
        this.hung = hung;
    }

    void attach(EventLoop newLoop) {
        loop = newLoop;
        ticker = newLoop.ticker();
    }

    /** The first reply is due. */
    void start(ReplySlot slot) {
        progress();
        next(slot);
    }

    /** Bytes have come. */
    void progress() {
        lastProgress = ticker.nanoTime();
        overdue = false;
    }

    /** This reply is due now, or none is. */
    void next(@Nullable ReplySlot slot) {
        due = slot;
        if (slot != null && timer == null) {
            checkIn(normalNanos);
        }
    }

    /** While replies are not read, none can be late. */
    void pause(boolean newPaused) {
        paused = newPaused;
        progress();
    }

    void stop() {
        due = null;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void checkIn(long nanos) {
        if (loop != null) {
            timer = loop.schedule(this::check, Math.min(nanos, normalNanos), TimeUnit.NANOSECONDS);
        }
    }

    private void check() {
        timer = null;
        ReplySlot slot = due;
        if (slot == null) {
            return;
        }
        long waited = ticker.nanoTime() - lastProgress;
        long left = paused ? normalNanos : left(slot.pace(), waited);
        if (left > 0) {
            checkIn(left);
        } else if (!overdue) {
            overdue = true;
            checkIn(GRACE.toNanos());
        } else {
            hung.accept(TimeUnit.NANOSECONDS.toMillis(waited));
        }
    }

    private long left(Pace pace, long waited) {
        return switch (pace) {
            case Normal -> normalNanos - waited;
            case Slow -> waited >= busyNanos && hopeless.getAsBoolean() ? 0 : slowNanos - waited;
            case Blocking, MayBlock -> normalNanos;
        };
    }
}
