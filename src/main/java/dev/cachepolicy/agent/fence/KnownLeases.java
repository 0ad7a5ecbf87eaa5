package dev.cachepolicy.agent.fence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What is known of the leases that readers met, and so whether to wait for one is worth it.
 *
 * <pre>
 *   a lease is met for the first time     wait for it
 *   it was renewed since: it ended        abandoned for a lockTimeout: its row may not exist
 *     without a value
 *   a load of this pod came to nothing    abandoned likewise
 *   another load has it, or a value came  forgotten
 * </pre>
 *
 * <p>A renewal keeps the nonce and moves the end, so both are remembered. Forgetting one, which happens when there are too
 * many, costs readers a wait. Not safe for use by several threads.
 */
public final class KnownLeases {

    /** @param until when it is no longer taken to be abandoned */
    private record Lease(Nonce nonce, long ends, boolean abandoned, long until) {

        boolean isAbandoned(long now) {
            return abandoned && until - now > 0;
        }
    }

    private final LongSupplier clock;
    private final Map<ByteBuffer, Lease> leases;

    /**
     * @param clock as {@link System#nanoTime}
     * @param most that are remembered
     */
    public KnownLeases(LongSupplier clock, int most) {
        this.clock = clock;
        this.leases = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Lease> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * A reader was given the lease of a key.
     *
     * @param fresh whether nobody had it before, otherwise it was renewed
     */
    public void granted(ByteBuffer key, Nonce nonce, boolean fresh, Duration lockTimeout) {
        if (fresh) {
            leases.remove(key);
        } else {
            abandon(key, nonce, lockTimeout);
        }
    }

    /**
     * Another load has the lease of a key.
     *
     * @param left of it
     * @return whether readers should not begin to wait for it
     */
    public boolean taken(ByteBuffer key, Nonce nonce, Duration left, Duration lockTimeout) {
        long now = clock.getAsLong();
        long ends = now + left.toNanos();
        Lease before = leases.get(key);
        if (before == null || !before.nonce().equals(nonce)) {
            leases.put(key, new Lease(nonce, ends, false, now));
            return false;
        }
        if (ends - before.ends() > lockTimeout.toNanos() / 2) {
            abandon(key, nonce, lockTimeout);
            return true;
        }
        leases.put(key, new Lease(nonce, ends, before.abandoned(), before.until()));
        return before.isAbandoned(now);
    }

    /** A load of this pod has come to nothing. Its lease is the last that was met, or none that is known. */
    public void voided(ByteBuffer key, Duration lockTimeout) {
        Lease before = leases.get(key);
        abandon(key, before == null ? Nonce.NEVER : before.nonce(), lockTimeout);
    }

    private void abandon(ByteBuffer key, Nonce nonce, Duration lockTimeout) {
        long until = clock.getAsLong() + lockTimeout.toNanos();
        leases.put(key, new Lease(nonce, until, true, until));
    }

    /** A key has a value. */
    public void forget(ByteBuffer key) {
        leases.remove(key);
    }
}
