package dev.cachepolicy.agent.fence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The {@link Loads} of all keys in this pod: one table, because an application loads on one connection of its pool and
 * stores on another.
 *
 * <p>A nil is remembered for the {@code fenceTime} of its key's policy. What does not fit is not remembered, and from then
 * on, for {@code fenceTime}, nothing is said to be known of any key: fills are void, and no value is stored that may be
 * late. So the bound costs hits, never the promise. The same holds after a restart, of whose time before nothing is known.
 *
 * <p>Times are durations on this process's own clock. Used by all event loops.
 */
public final class PendingLoads {

    /** What remembering a nil takes beside its key's bytes, roughly. */
    private static final int OVERHEAD_BYTES = 352;

    private record Nil(ByteBuffer key, Nonce nonce, long until) {

        long bytes() {
            return (long) OVERHEAD_BYTES + key.capacity();
        }
    }

    /** A key some of whose nils are remembered. */
    private static final class Entry {

        /** Those whose SET has not come, the newest last. */
        final Deque<Nil> pending = new ArrayDeque<>();

        int remembered;
    }

    private final LongSupplier clock;
    private final long maxBytes;
    private final boolean restarted;
    private final long startedAt;
    private final Map<ByteBuffer, Entry> entries = new HashMap<>(); // guarded by this

    /** All nils that are remembered, by the fenceTime that they were given under, so that each queue is in the order of time. */
    private final Map<Duration, Deque<Nil>> byFenceTime = new HashMap<>(); // guarded by this

    private long bytes; // guarded by this
    private boolean overflowed; // guarded by this
    private long unknownUntil; // guarded by this

    /**
     * @param clock as {@link System#nanoTime}
     * @param maxBytes of heap that it may take, roughly
     * @param restarted whether this pod may have given nils before
     */
    public PendingLoads(LongSupplier clock, long maxBytes, boolean restarted) {
        this.clock = clock;
        this.maxBytes = maxBytes;
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
        Nil nil = new Nil(ByteBuffer.wrap(key.clone()), nonce, now + fenceTime.toNanos());
        if (bytes + nil.bytes() > maxBytes) {
            unknownUntil = overflowed && unknownUntil - nil.until() > 0 ? unknownUntil : nil.until();
            overflowed = true;
            return;
        }
        bytes += nil.bytes();
        byFenceTime.computeIfAbsent(fenceTime, _ -> new ArrayDeque<>()).addLast(nil);
        Entry entry = entries.computeIfAbsent(nil.key(), _ -> new Entry());
        entry.pending.addLast(nil);
        entry.remembered++;
    }

    /**
     * What a SET is.
     *
     * @param loadNanos since the nil that began it, {@value #NO_LOAD}: none is known
     */
    public record Written(FencedWrite write, long loadNanos) {

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
        Entry entry = entries.get(ByteBuffer.wrap(key));
        boolean forgotten = unfenced || overflowed || (restarted && now - startedAt < fenceTime.toNanos());
        if (entry == null) {
            return new Written((forgotten ? Loads.UNKNOWN : Loads.NONE).write(), Written.NO_LOAD);
        }
        List<Nonce> nonces = entry.pending.stream().map(Nil::nonce).toList();
        Nil newest = entry.pending.pollLast();
        long loadNanos = newest == null ? Written.NO_LOAD : now - (newest.until() - fenceTime.toNanos());
        return new Written(new Loads(nonces, forgotten, true).write(), loadNanos);
    }

    /** {@return bytes of heap that what is remembered takes, roughly} */
    public synchronized long bytes() {
        expire(clock.getAsLong());
        return bytes;
    }

    private void expire(long now) {
        overflowed = overflowed && unknownUntil - now > 0;
        byFenceTime.values().removeIf(nils -> {
            while (!nils.isEmpty() && nils.getFirst().until() - now <= 0) {
                forget(nils.removeFirst());
            }
            return nils.isEmpty();
        });
    }

    private void forget(Nil nil) {
        bytes -= nil.bytes();
        Entry entry = Objects.requireNonNull(entries.get(nil.key()));
        entry.pending.remove(nil);
        if (--entry.remembered == 0) {
            entries.remove(nil.key());
        }
    }
}
