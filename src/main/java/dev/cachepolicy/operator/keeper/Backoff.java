package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.redis.RedisFailure;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Time until the next attempt to connect: doubled by each failure up to a cap, and spread over its upper half, so that
 * the backends of one Redis do not all return to it at the same moment.
 */
final class Backoff {

    private static final int MOST_DOUBLINGS = 16;

    private final KeeperOptions options;
    private final RandomGenerator random;
    private int failures;

    Backoff(KeeperOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    void succeeded() {
        failures = 0;
    }

    Duration next(RedisFailure failure) {
        // Refused at once, an attempt costs nobody anything, and a Redis that returns is to be noticed soon.
        Duration cap = failure instanceof RedisFailure.ConnectionFailed || failure instanceof RedisFailure.Loading
                ? options.refusedCap()
                : options.backoffCap();
        long doubled = options.backoffFirst().toMillis() << Math.min(failures, MOST_DOUBLINGS);
        failures++;
        long longest = Math.max(1, Math.min(cap.toMillis(), doubled));
        return Duration.ofMillis(longest - random.nextLong((longest + 1) / 2));
    }
}
