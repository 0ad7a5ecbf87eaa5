package dev.cachepolicy.operator;

import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Retries for ever: doubling delays up to a cap, each drawn from the upper half of its interval so that resources that
 * failed together do not come back together.
 */
record Backoff(Duration first, Duration cap, RandomGenerator random) implements Retry {

    @Override
    public RetryExecution initExecution() {
        return new Execution();
    }

    private final class Execution implements RetryExecution {

        private int attempts;

        @Override
        public Optional<Long> nextDelay() {
            long whole = Math.min(first.toMillis() << Math.min(attempts, 20), cap.toMillis());
            attempts++;
            return Optional.of(whole / 2 + random.nextLong(whole / 2 + 1));
        }

        @Override
        public int getAttemptCount() {
            return attempts;
        }

        @Override
        public boolean isLastAttempt() {
            return false;
        }
    }
}
