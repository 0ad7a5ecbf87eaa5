package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.CommandSpec.Pace;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a reply that is due does not come. One timer for a connection, however many commands it carries.
 *
 * <p>Timers and sockets share the event loop. When it was kept from running, a timer can be due although the bytes lie in
 * the socket; so time that has run out counts only after the loop had {@link #GRACE} to look.
 */
final class Watchdog {

    /** Time for the event loop to read what has come already. */
    static final Duration GRACE = Duration.ofMillis(50);

    private final long normalNanos;
    private final long slowNanos;
    private final LongConsumer hung;
    private @Nullable EventLoop loop;
    private @Nullable Future<?> timer;
    private @Nullable ReplySlot due;
    private long lastProgress;
    private boolean paused;
    private boolean overdue;

    /** @param hung gets the milliseconds that were waited */
    Watchdog(ProxyOptions options, LongConsumer hung) {
        this.normalNanos = options.responseTimeout().toNanos();
        this.slowNanos = options.slowResponseTimeout().toNanos();
        this.hung = hung;
    }

    void attach(EventLoop newLoop) {
        loop = newLoop;
    }

    /** The first reply is due. */
    void start(ReplySlot slot) {
        progress();
        next(slot);
    }

    /** Bytes have come. */
    void progress() {
        lastProgress = System.nanoTime();
        overdue = false;
    }

    /** This reply is due now, or none is. */
    void next(@Nullable ReplySlot slot) {
        due = slot;
        if (slot != null && timer == null && loop != null) {
            timer = loop.schedule(this::check, normalNanos, TimeUnit.NANOSECONDS);
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

    private void check() {
        timer = null;
        ReplySlot slot = due;
        if (slot == null || loop == null) {
            return;
        }
        long allowed = slot.pace() == Pace.Slow ? slowNanos : normalNanos;
        long left = paused || slot.pace() == Pace.Blocking ? normalNanos : allowed - (System.nanoTime() - lastProgress);
        if (left > 0) {
            timer = loop.schedule(this::check, left, TimeUnit.NANOSECONDS);
        } else if (!overdue) {
            overdue = true;
            timer = loop.schedule(this::check, GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            hung.accept(TimeUnit.NANOSECONDS.toMillis(allowed));
        }
    }
}
