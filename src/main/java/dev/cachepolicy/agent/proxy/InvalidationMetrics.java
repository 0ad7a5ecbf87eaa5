package dev.cachepolicy.agent.proxy;

import java.util.concurrent.atomic.LongAdder;

/** Counts of what was answered in Redis's place, over all listeners of a process. */
final class InvalidationMetrics {

    final LongAdder remembered = new LongAdder();
    final LongAdder replayed = new LongAdder();
    final LongAdder overflowed = new LongAdder();
    final LongAdder pending = new LongAdder();

    /** @param newKeys how many of the keys were not remembered already */
    void remembered(int keys, int newKeys) {
        remembered.add(keys);
        pending.add(newKeys);
    }

    void replayed(int keys) {
        replayed.add(keys);
        pending.add(-keys);
    }

    void pending(int change) {
        pending.add(change);
    }

    void overflowed() {
        overflowed.increment();
    }
}
