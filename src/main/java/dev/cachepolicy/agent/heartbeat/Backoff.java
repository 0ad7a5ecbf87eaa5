package dev.cachepolicy.agent.heartbeat;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double from 50 ms to a second, each shortened at random by up to a half so that agents do not come together. */
final class Backoff {

    private static final long FIRST_MILLIS = 50;
    private static final long LAST_MILLIS = 1000;

    private final RandomGenerator random;
    private long millis = FIRST_MILLIS;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long wait = millis;
        millis = Math.min(2 * millis, LAST_MILLIS);
        return Duration.ofMillis(wait - random.nextLong(wait / 2));
    }

    void reset() {
        millis = FIRST_MILLIS;
    }
}
