package dev.cachepolicy.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void delaysDoubleUpToACapAndNeverEnd() {
        RetryExecution retry =
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), RandomGenerator.getDefault()).initExecution();
        for (int attempt = 0; attempt < 10_000; attempt++) {
            assertThat(retry.isLastAttempt()).isFalse();
            long whole = attempt < 6 ? 1000L << attempt : 60_000;
            assertThat(retry.nextDelay().orElseThrow()).isBetween(whole / 2, whole);
        }
    }
}
