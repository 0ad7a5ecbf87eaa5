package dev.cachepolicy.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void doublesUpToASecondAndStaysThere() {
        Backoff backoff = new Backoff(new Random(1));
        long ceiling = 50;
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
            ceiling = Math.min(2 * ceiling, 1000);
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void twoAgentsDoNotComeTogether() {
        Backoff one = new Backoff(new Random(1));
        Backoff other = new Backoff(new Random(2));
        int together = 0;
        for (int i = 0; i < 100; i++) {
            together += one.next().equals(other.next()) ? 1 : 0;
        }
        assertThat(together).isLessThan(10);
    }
}
