package dev.cachepolicy.agent.fence;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When keys expire, as far as a pod has learnt. A hint only: others write, too. So what was learnt holds for a tenth of the
 * time that was left then, and what follows from it is asked again of Redis.
 *
 * <p>Bounded: the keys that were asked for longest ago are forgotten first. Times are on this process's own clock. Used by
 * all event loops.
 */
public final class Expiries {

    /** It is not known when a key expires. */
    public static final long UNKNOWN = -1;

    /** It will not for a while, or is being asked. */
    public static final long LATER = Long.MAX_VALUE;

    private static final int HOLDS = 10;

    /** How long an answer is waited for before another reader asks. */
    private static final long ASKED_NANOS = 1_000_000_000;

    /** @param expires on the clock; {@link #LATER}: not known, and being asked */
    private record Known(long expires, long until) {}

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
     * {@return nanoseconds until a key expires, {@link #LATER}, or {@link #UNKNOWN}: whoever is told so asks Redis and says
     * what it answered, and others are told {@link #LATER} meanwhile}
     */
    public synchronized long left(byte[] key) {
        long now = clock.getAsLong();
        ByteBuffer name = ByteBuffer.wrap(key);
        Known of = known.get(name);
        if (of == null || of.until() - now <= 0) {
            known.put(ByteBuffer.wrap(key.clone()), new Known(LATER, now + ASKED_NANOS));
            return UNKNOWN;
        }
        return of.expires() == LATER ? LATER : Math.max(0, of.expires() - now);
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
        known.put(ByteBuffer.wrap(key.clone()), new Known(now + nanos, now + Math.max(1, nanos / HOLDS)));
    }

    /** A key is written. */
    public synchronized void forget(byte[] key) {
        known.remove(ByteBuffer.wrap(key));
    }
}
