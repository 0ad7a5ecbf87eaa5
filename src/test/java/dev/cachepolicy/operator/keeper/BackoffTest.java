package dev.cachepolicy.operator.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.redis.RedisFailure;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final RedisFailure REFUSED = new RedisFailure.ConnectionFailed("refused");
    private static final RedisFailure TIMED_OUT = new RedisFailure.TimedOut("late");

    private final Backoff backoff = new Backoff(KeeperOptions.defaults(), new Random(1));

    @Test
    void doublesFromTheFirstTimeSpreadOverTheUpperHalf() {
        for (long longest : new long[] {200, 400, 800, 1600, 3200, 6400}) {
            assertThat(backoff.next(TIMED_OUT)).isBetween(Duration.ofMillis(longest / 2), Duration.ofMillis(longest));
        }
    }

    @Test
    void staysAtItsCapForEver() {
        for (int attempt = 0; attempt < 100; attempt++) {
            backoff.next(TIMED_OUT);
        }
        assertThat(backoff.next(TIMED_OUT)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void isShorterWhileConnectionsAreRefused() {
        for (int attempt = 0; attempt < 100; attempt++) {
            backoff.next(REFUSED);
        }
        assertThat(backoff.next(REFUSED)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void beginsAnewAfterASuccess() {
        for (int attempt = 0; attempt < 10; attempt++) {
            backoff.next(TIMED_OUT);
        }
        backoff.succeeded();
        assertThat(backoff.next(TIMED_OUT)).isLessThanOrEqualTo(Duration.ofMillis(200));
    }
}
