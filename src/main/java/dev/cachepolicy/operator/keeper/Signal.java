package dev.cachepolicy.operator.keeper;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Wakes one thread that waits. Raised any number of times it wakes once, also if raised before the wait; what it is
 * raised for stands in fields written before.
 */
final class Signal {

    private final ArrayBlockingQueue<Boolean> raised = new ArrayBlockingQueue<>(1);

    void raise() {
        var _ = raised.offer(true);
    }

    /** Waits until raised, at most for the given time. */
    void await(Duration atMost) {
        try {
            var _ = raised.poll(Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
