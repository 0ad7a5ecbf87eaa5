package dev.cachepolicy.agent.fence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The {@link Loads} of all keys in this pod: one table, because an application loads on one connection of its pool and
 * stores on another.
 *
 * <p>A nil counts for the {@code fenceTime} of its key's policy. Until its SET comes it is remembered with its nonce: as long
 * as a load takes. From then on, or when there are more than fit, a few bytes say that there was one ({@link RecentKeys}):
 * a cold cache is filled by thousands of loads a second, and must not be forgotten for that. Of a key whose nils were
 * forgotten so the next SET is void, and if even the few bytes have no place, the SET of every key is, for
 * {@code fenceTime}. So the bound costs hits, never the promise. The same holds after a restart, of whose time before
 * nothing is known.
 *
 * <p>Times are durations on this process's own clock. Used by all event loops.
 */
public final class PendingLoads {

    /** What remembering a nil takes beside its key's bytes, roughly. */
    private static final int OVERHEAD_BYTES = 400;

    /** A nil whose SET has not come. Two are never the same. */
    private static final class Nil {

        final ByteBuffer key;
        final Nonce nonce;
        final Duration fenceTime;
        final long until;

        Nil(byte[] key, Nonce nonce, Duration fenceTime, long now) {
            this.key = ByteBuffer.wrap(key.clone());
            this.nonce = nonce;
            this.fenceTime = fenceTime;
            this.until = now + fenceTime.toNanos();
        }

        long bytes() {
            return (long) OVERHEAD_BYTES + key.capacity();
        }
    }

    private final LongSupplier clock;
    private final long maxBytes;
    private final boolean restarted;
    private final long startedAt;

    /** Nils by their keys, the newest last. */
    private final Map<ByteBuffer, Deque<Nil>> pending = new HashMap<>(); // guarded by this

    /** The same by the fenceTime that they were given under, so that each set is in the order of time. */
    private final Map<Duration, LinkedHashSet<Nil>> byFenceTime = new HashMap<>(); // guarded by this

    private final RecentKeys recent; // guarded by this
    private long bytes; // guarded by this

    /**
     * @param clock as {@link System#nanoTime}
     * @param maxBytes of heap that it may take, roughly
     * @param restarted whether this pod may have given nils before
     */
    public PendingLoads(LongSupplier clock, long maxBytes, boolean restarted) {
        this.clock = clock;
        this.maxBytes = maxBytes / 2;
        this.recent = new RecentKeys(maxBytes / 2);
        this.restarted = restarted;
        this.startedAt = clock.getAsLong();
    }

    /**
     * A nil is about to be given to the application, which will load.
     *
     * @param fenceTime of the key's policy
     */
    public synchronized void begun(byte[] key, Nonce nonce, Duration fenceTime) {
        long now = clock.getAsLong();
        expire(now);
        Nil nil = new Nil(key, nonce, fenceTime, now);
        bytes += nil.bytes();
        pending.computeIfAbsent(nil.key, _ -> new ArrayDeque<>(2)).addLast(nil);
        byFenceTime.computeIfAbsent(fenceTime, _ -> new LinkedHashSet<>()).add(nil);
        while (bytes > maxBytes) {
            Nil oldest = oldest();
            forget(oldest);
            recent.add(oldest.key.array(), true, oldest.until, now);
        }
    }

    /** {@return the nil that would be forgotten first} */
    private Nil oldest() {
        return byFenceTime.values().stream()
                .filter(nils -> !nils.isEmpty())
                .map(LinkedHashSet::getFirst)
                .min((one, other) -> Long.signum(one.until - other.until))
                .orElseThrow();
    }

    /**
     * What a SET is.
     *
     * @param loadNanos since the nil that began it, {@value #NO_LOAD}: none is known
     * @param doubted whether nils may have been given that are not counted, so that it may be the end of any load
     */
    public record Written(FencedWrite write, long loadNanos, boolean doubted) {

        static final long NO_LOAD = -1;
    }

    /**
     * {@return what an unconditional SET of a key is, which is about to be sent} The newest load is taken for the one that
     * ended.
     *
     * @param fenceTime of the key's policy
     * @param unfenced whether the key had no fence at some time within it, so that nils were given that are not counted
     */
    public synchronized Written write(byte[] key, Duration fenceTime, boolean unfenced) {
        long now = clock.getAsLong();
        expire(now);
        boolean forgotten = unfenced || isForgotten(key, fenceTime, now);
        Deque<Nil> nils = pending.get(ByteBuffer.wrap(key));
        if (nils == null) {
            Loads none = forgotten ? Loads.UNKNOWN : new Loads(List.of(), false, recent.contains(key, now));
            return new Written(none.write(), Written.NO_LOAD, forgotten);
        }
        List<Nonce> nonces = nils.stream().map(nil -> nil.nonce).toList();
        Nil newest = nils.getLast();
        forget(newest);
        recent.add(key, false, newest.until, now);
        long loadNanos = now - (newest.until - newest.fenceTime.toNanos());
        return new Written(new Loads(nonces, forgotten, true).write(), loadNanos, forgotten);
    }

    /**
     * {@return whether nils of a key may have been given that are not counted, so that no value of it is stored now}
     *
     * @param fenceTime of the key's policy
     */
    public synchronized boolean isForgotten(byte[] key, Duration fenceTime) {
        return isForgotten(key, fenceTime, clock.getAsLong());
    }

    private boolean isForgotten(byte[] key, Duration fenceTime, long now) {
        return recent.isDoubtful(key, now) || (restarted && now - startedAt < fenceTime.toNanos());
    }

    /** {@return bytes of heap that what is remembered takes, roughly} */
    public synchronized long bytes() {
        expire(clock.getAsLong());
        return bytes + recent.bytes();
    }

    private void expire(long now) {
        for (LinkedHashSet<Nil> nils : byFenceTime.values()) {
            while (!nils.isEmpty() && nils.getFirst().until - now <= 0) {
                forget(nils.getFirst());
            }
        }
        byFenceTime.values().removeIf(LinkedHashSet::isEmpty);
    }

    private void forget(Nil nil) {
        bytes -= nil.bytes();
        LinkedHashSet<Nil> others = byFenceTime.get(nil.fenceTime);
        if (others != null) {
            others.remove(nil);
        }
        Deque<Nil> ofKey = pending.get(nil.key);
        if (ofKey != null) {
            ofKey.remove(nil);
            if (ofKey.isEmpty()) {
                pending.remove(nil.key);
            }
        }
    }
}
