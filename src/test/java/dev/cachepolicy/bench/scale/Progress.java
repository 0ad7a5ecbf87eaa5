package dev.cachepolicy.bench.scale;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits, looking often enough to measure by. */
final class Progress {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LOOK_MILLIS = 10;

    private Progress() {}

    static void await(BooleanSupplier reached, Supplier<String> what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + PATIENCE.toMinutes() + " minutes for " + what.get());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
