package dev.cachepolicy.operator.backend;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether to tell what is only on its way to an end. Pods follow a change one by one within a second or two, and a status
 * that counts along is written many times for a state that nobody has the time to read; what takes longer is told.
 *
 * @param since when it began to be held back, by a monotonic clock in nanoseconds; null: nothing is
 */
record Patience(@Nullable Long since) {

    static final Duration LIMIT = Duration.ofSeconds(2);

    static final Patience NONE = new Patience(null);

    /** {@return what holds something back from now on, or goes on to} */
    Patience begun(long now) {
        return since == null ? new Patience(now) : this;
    }

    /** {@return how much longer something is held back; zero: no longer} */
    Duration left(long now) {
        Duration left = since == null ? Duration.ZERO : LIMIT.minusNanos(now - since);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
