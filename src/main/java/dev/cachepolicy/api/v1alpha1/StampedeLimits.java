package dev.cachepolicy.api.v1alpha1;

import java.time.Duration;

/** Bounds and defaults of {@code spec.stampede}, for the schema and for those who say the same without it. */
public final class StampedeLimits {

    public static final String DEFAULT_LOCK_TIMEOUT = "5s";
    public static final String DEFAULT_MAX_WAIT = "1s";
    public static final String DEFAULT_MAX_BLOCK = "50ms";

    public static final String MIN_LOCK_TIMEOUT = "100ms";
    public static final String MAX_LOCK_TIMEOUT = "60s";
    public static final String MAX_WAIT = "60s";

    public static final String LOCK_TIMEOUT_MESSAGE = "lockTimeout must be between " + MIN_LOCK_TIMEOUT + " and "
            + MAX_LOCK_TIMEOUT + ": write how long a load takes at most, for example " + DEFAULT_LOCK_TIMEOUT;
    public static final String MAX_WAIT_MESSAGE = "maxWait must be at most " + MAX_WAIT
            + ": write less than the timeout of the application's Redis client, for example " + DEFAULT_MAX_WAIT;
    public static final String MAX_BLOCK_MESSAGE =
            "maxBlock must not be above maxWait (default " + DEFAULT_MAX_WAIT + "): lower it, or raise maxWait";

    public static final int DEFAULT_BETA_PERCENT = 100;
    public static final int MIN_BETA_PERCENT = 1;
    public static final int MAX_BETA_PERCENT = 1000;

    public static final String MUTEX_MESSAGE = "mutex holds settings of mode Mutex: leave it out, or write mode: Mutex";
    public static final String PROBABILISTIC_MESSAGE =
            "probabilistic holds settings of mode Probabilistic: leave it out, or write mode: Probabilistic";
    public static final String DEFAULT_STALE_FOR = "1m";
    public static final String MIN_STALE_FOR = "1s";
    public static final String MAX_STALE_FOR = "24h";

    public static final String SERVE_STALE_MESSAGE =
            "serveStale holds settings of mode ServeStale: leave it out, or write mode: ServeStale";
    public static final String STALE_FOR_MESSAGE = "staleFor must be between " + MIN_STALE_FOR + " and " + MAX_STALE_FOR
            + ": write how long after its ttl a value may still be served, for example " + DEFAULT_STALE_FOR;
    public static final String SLIDING_MESSAGE = "with refreshOnRead a key that is read does not expire, so there is"
            + " nothing to load before and nothing stale: leave refreshOnRead out, or write stampede mode: Mutex";

    private StampedeLimits() {}

    /** {@return whether a lockTimeout is within its bounds} */
    public static boolean isLockTimeout(Duration lockTimeout) {
        return lockTimeout.compareTo(Durations.parse(MIN_LOCK_TIMEOUT)) >= 0
                && lockTimeout.compareTo(Durations.parse(MAX_LOCK_TIMEOUT)) <= 0;
    }

    /** {@return whether a staleFor is within its bounds} */
    public static boolean isStaleFor(Duration staleFor) {
        return staleFor.compareTo(Durations.parse(MIN_STALE_FOR)) >= 0
                && staleFor.compareTo(Durations.parse(MAX_STALE_FOR)) <= 0;
    }

    /** {@return whether a maxWait is within its bounds} */
    public static boolean isMaxWait(Duration maxWait) {
        return maxWait.compareTo(Durations.parse(MAX_WAIT)) <= 0;
    }
}
