package dev.cachepolicy.operator.keeper;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** Wall-clock time as of the start of this process, moved on by the monotonic clock: a corrected clock ends no lease. */
final class MonotonicTime implements InstantSource {

    private final Instant start;
    private final long startNanos = System.nanoTime();

    MonotonicTime(Clock clock) {
        this.start = clock.instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }
}
