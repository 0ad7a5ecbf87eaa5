package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.WakeMessage;
import dev.cachepolicy.agent.policy.Fence;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The readers of an event loop that wait for loads, by key, and what is known of the leases they wait for.
 *
 * <p>A reader is woken, or given the value, when an agent says that a load has ended ({@link WakeSubscriber}). It is woken
 * when its lease ends, and in between now and then, because a writer without an agent says nothing. The last two wake one
 * reader of a key only: it looks, and if there is a value it wakes the others.
 *
 * <p>A lease that was renewed ended without a value: its row may not exist. Such a key is <em>abandoned</em> for a
 * lockTimeout, in which nobody begins to wait for it. Who waits already goes on, for who took the lease over: if the row is
 * there and its loader died, or is slow, all of them would load at once otherwise.
 *
 * <p>Used on the event loop only.
 */
final class Waits {

    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LATEST_LOOK = Duration.ofMillis(320);

    /** Leases that are known. Forgetting one costs readers a wait. */
    private static final int MOST_LEASES = 1_000;

    /** A lease of this key that somebody has, and until when readers do not wait for it. */
    private record Lease(Nonce nonce, long ends, boolean abandoned, long until) {

        boolean isAbandoned(long now) {
            return abandoned && until - now > 0;
        }
    }

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
    private final Map<ByteBuffer, Lease> leases = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Lease> eldest) {
            return size() > MOST_LEASES;
        }
    };

    Waits(Backend backend, EventLoop loop) {
        this.loop = loop;
        this.subscriber = new WakeSubscriber(backend, loop, this::heard);
    }

    /**
     * A reader of this pod has the lease.
     *
     * @param fresh whether nobody had it before
     */
    void granted(Fence.Read read, boolean fresh) {
        ByteBuffer key = ByteBuffer.wrap(read.key());
        if (fresh) {
            leases.remove(key);
        } else {
            abandon(key, read.policy().fencing().lockTimeout());
        }
    }

    /**
     * Another has the lease, for so long.
     *
     * @return whether readers should not begin to wait for it
     */
    boolean taken(Fence.Read read, Nonce nonce, Duration left) {
        ByteBuffer key = ByteBuffer.wrap(read.key());
        long now = System.nanoTime();
        long ends = now + left.toNanos();
        Lease before = leases.get(key);
        if (before != null && before.nonce().equals(nonce)) {
            boolean renewed =
                    ends - before.ends() > read.policy().fencing().lockTimeout().toNanos() / 2;
            if (renewed) {
                abandon(key, read.policy().fencing().lockTimeout());
            }
            Lease known = leases.getOrDefault(key, before);
            leases.put(key, new Lease(nonce, ends, known.abandoned(), known.until()));
            return renewed || known.isAbandoned(now);
        }
        leases.put(key, new Lease(nonce, ends, false, now));
        return false;
    }

    private void abandon(ByteBuffer key, Duration time) {
        long now = System.nanoTime();
        Lease before = leases.get(key);
        Nonce nonce = before == null ? Nonce.NEVER : before.nonce();
        leases.put(key, new Lease(nonce, now + time.toNanos(), true, now + time.toNanos()));
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
        leases.remove(key);
        wake(key);
    }

    /** A load of this pod has ended without one. */
    void voided(Fence.Store store) {
        ByteBuffer key = ByteBuffer.wrap(store.key());
        abandon(key, store.policy().fencing().lockTimeout());
        wake(key);
    }

    private void heard(ByteBuffer key, WakeMessage message) {
        Wait wait = waits.get(key);
        WakeMessage.Filled filled = message.filled();
        if (filled == null) {
            wake(key);
        } else if (wait != null) {
            leases.remove(key);
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
