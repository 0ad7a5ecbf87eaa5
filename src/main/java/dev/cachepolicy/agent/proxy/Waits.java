package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.KnownLeases;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.WakeMessage;
import dev.cachepolicy.agent.policy.Fence;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The readers of an event loop that wait for loads, by key.
 *
 * <p>A reader is woken, or given the value, when an agent says that a load has ended ({@link WakeSubscriber}). It is woken
 * when its lease ends, and in between now and then, because a writer without an agent says nothing. The last two wake one
 * reader of a key only: it looks, and if there is a value it wakes the others.
 *
 * <p>Nobody begins to wait for a key that is abandoned ({@link KnownLeases}). Who waits already goes on, for who took the
 * lease over: if the row is there and its loader died, or is slow, all of them would load at once otherwise.
 *
 * <p>Used on the event loop only.
 */
final class Waits {

    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LATEST_LOOK = Duration.ofMillis(320);

    private static final int MOST_LEASES = 1_000;

    private final class Wait {

        final ByteBuffer key;
        final Set<HeldRead> readers = new LinkedHashSet<>();
        private Duration pause = FIRST_LOOK;
        private long leaseEnds;
        private @Nullable Future<?> look;

        Wait(ByteBuffer key) {
            this.key = key;
        }

        void join(HeldRead reader, long ends) {
            readers.add(reader);
            leaseEnds = ends;
            lookOn();
        }

        /** Who looked last may not wait any more. */
        void lookOn() {
            if (look == null) {
                lookLater();
            }
        }

        private void lookLater() {
            long untilEnd = Math.max(1, leaseEnds - System.nanoTime());
            look = loop.schedule(this::look, Math.min(pause.toNanos(), untilEnd), TimeUnit.NANOSECONDS);
            pause = pause.compareTo(LATEST_LOOK) < 0 ? pause.multipliedBy(2) : LATEST_LOOK;
        }

        private void look() {
            look = null;
            readers.stream().filter(HeldRead::isWaiting).findFirst().ifPresent(HeldRead::wake);
        }

        void end() {
            if (look != null) {
                look.cancel(false);
            }
        }
    }

    private final EventLoop loop;
    private final WakeSubscriber subscriber;
    private final Map<ByteBuffer, Wait> waits = new HashMap<>();
    private final KnownLeases leases = new KnownLeases(System::nanoTime, MOST_LEASES);

    Waits(Backend backend, EventLoop loop) {
        this.loop = loop;
        this.subscriber = new WakeSubscriber(backend, loop, this::heard);
    }

    /**
     * A reader of this pod has the lease.
     *
     * @param fresh whether nobody had it before
     */
    void granted(Fence.Read read, Nonce nonce, boolean fresh) {
        leases.granted(
                ByteBuffer.wrap(read.key()),
                nonce,
                fresh,
                read.policy().fencing().lockTimeout());
    }

    /**
     * Another has the lease, for so long.
     *
     * @return whether readers should not begin to wait for it
     */
    boolean taken(Fence.Read read, Nonce nonce, Duration left) {
        return leases.taken(
                ByteBuffer.wrap(read.key()),
                nonce,
                left,
                read.policy().fencing().lockTimeout());
    }

    /** A reader waits, from now on or still; until it leaves. */
    void join(Fence.Read read, HeldRead reader, Duration left) {
        ByteBuffer key = ByteBuffer.wrap(read.key());
        Wait wait = waits.get(key);
        if (wait == null) {
            wait = new Wait(key);
            waits.put(key, wait);
            subscriber.add(key);
        }
        wait.join(reader, System.nanoTime() + left.toNanos());
    }

    void leave(byte[] of, HeldRead reader) {
        ByteBuffer key = ByteBuffer.wrap(of);
        Wait wait = waits.get(key);
        if (wait == null || !wait.readers.remove(reader)) {
            return;
        }
        if (wait.readers.isEmpty()) {
            remove(wait);
        } else {
            wait.lookOn();
        }
    }

    private void remove(Wait wait) {
        wait.end();
        waits.remove(wait.key);
        subscriber.remove(wait.key);
    }

    /** A key has a value. */
    void filled(byte[] of) {
        ByteBuffer key = ByteBuffer.wrap(of);
        leases.forget(key);
        wake(key);
    }

    /** A load of this pod has ended without one. */
    void voided(Fence.Store store) {
        ByteBuffer key = ByteBuffer.wrap(store.key());
        leases.voided(key, store.policy().fencing().lockTimeout());
        wake(key);
    }

    private void heard(ByteBuffer key, WakeMessage message) {
        Wait wait = waits.get(key);
        WakeMessage.Filled filled = message.filled();
        if (filled == null) {
            wake(key);
        } else if (wait != null) {
            leases.forget(key);
            List.copyOf(wait.readers).forEach(reader -> reader.filled(filled));
        }
    }

    /** A load of a key has ended, or may have. */
    private void wake(ByteBuffer key) {
        Wait wait = waits.get(key);
        if (wait != null) {
            List.copyOf(wait.readers).forEach(HeldRead::wake);
        }
    }

    /** The backend is replaced. Who waits looks once more. */
    void close() {
        List.copyOf(waits.keySet()).forEach(this::wake);
        subscriber.close();
    }
}
