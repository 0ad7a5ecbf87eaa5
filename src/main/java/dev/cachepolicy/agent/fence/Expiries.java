package dev.cachepolicy.agent.fence;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When keys expire, as far as a pod has learnt. A hint only, because others write, too. So it is asked for again when a
 * tenth of the time that was left is over; and that a value's time has come nobody believes before Redis has confirmed it.
 * The other way round an old hint does no harm: a value is served that is in Redis, for no longer than Redis has it.
 *
 * <p>Bounded: the keys that were asked for longest ago are forgotten first. Times are on this process's own clock. Used by
 * all event loops.
 */
public final class Expiries {

    private static final int HOLDS = 10;

    /** How long an answer is waited for before another reader asks. */
    private static final long ASKED_NANOS = 1_000_000_000;

    /** How long it is believed at most, and at least, that another loads: it may have ended, and the next be due. */
    private static final long MOST_LOADING_NANOS = 1_000_000_000;

    private static final long LEAST_LOADING_NANOS = 20_000_000;

    /**
     * What is known of a key. Replaced, never changed.
     *
     * @param learnt whether it is known when it expires
     * @param expires on the clock
     * @param holds until when that needs no asking, or somebody asks
     * @param loading until when another is taken to load it
     */
    private record Known(boolean learnt, long expires, long holds, long loading) {}

    private final LongSupplier clock;
    private final Map<ByteBuffer, Known> known; // guarded by this

    /**
     * @param clock as {@link System#nanoTime}
     * @param most how many keys are remembered
     */
    public Expiries(LongSupplier clock, int most) {
        this.clock = clock;
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Known> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * {@return what a reader of a key should do, who then does so: others are not told to do the same meanwhile}
     *
     * @param early the value's time comes when it has so many nanoseconds to live
     */
    public synchronized Advice advise(byte[] key, long early) {
        long now = clock.getAsLong();
        Known of = known.get(ByteBuffer.wrap(key));
        boolean asks = of == null || of.holds() - now <= 0;
        if (of != null && of.learnt() && of.expires() - now <= early) {
            if (of.loading() - now > 0) {
                if (asks) {
                    put(key, new Known(true, of.expires(), now + ASKED_NANOS, of.loading()));
                }
                return asks ? Advice.StillBeingLoaded : Advice.BeingLoaded;
            }
            put(key, new Known(true, of.expires(), of.holds(), now + ASKED_NANOS));
            return Advice.Due;
        }
        if (!asks) {
            return Advice.Fresh;
        }
        put(
                key,
                of == null
                        ? new Known(false, now, now + ASKED_NANOS, now)
                        : new Known(of.learnt(), of.expires(), now + ASKED_NANOS, of.loading()));
        return Advice.Unsure;
    }

    private void put(byte[] key, Known of) {
        known.put(ByteBuffer.wrap(key.clone()), of);
    }

    /**
     * Redis has said when a key expires.
     *
     * @param millis as PTTL answers: negative for a key that is not there or does not expire
     */
    public synchronized void learnt(byte[] key, long millis) {
        if (millis < 0) {
            forget(key);
            return;
        }
        long now = clock.getAsLong();
        long nanos = millis * 1_000_000;
        Known before = known.get(ByteBuffer.wrap(key));
        long loading = before == null ? now : before.loading();
        put(key, new Known(true, now + nanos, now + Math.max(1, nanos / HOLDS), loading));
    }

    /** A reader has the lease of a key whose time had come, for so long: others go on with its value. */
    public synchronized void loading(byte[] key, Duration lease) {
        Known before = known.get(ByteBuffer.wrap(key));
        if (before == null) {
            return;
        }
        long now = clock.getAsLong();
        long most = Math.clamp((before.expires() - now) / HOLDS, LEAST_LOADING_NANOS, MOST_LOADING_NANOS);
        long loading = now + Math.min(lease.toNanos(), most);
        put(key, new Known(before.learnt(), before.expires(), before.holds(), loading));
    }

    /** What is known of a key is no longer so. */
    public synchronized void forget(byte[] key) {
        known.remove(ByteBuffer.wrap(key));
    }
}
