package dev.cachepolicy.agent.policy;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What triggers make of one command. */
public final class StaleKeys {

    static final StaleKeys NONE = new StaleKeys(List.of(), List.of());

    private final List<byte[]> keys;
    private final List<Counted> counted;

    /** One trigger, and of how many keys. */
    record Counted(LongAdder count, int keys) {}

    StaleKeys(List<byte[]> keys, List<Counted> counted) {
        this.keys = List.copyOf(keys);
        this.counted = List.copyOf(counted);
    }

    /** {@return the keys that are stale when the command was carried out, each once; empty under a dry run} */
    public List<byte[]> keys() {
        return keys;
    }

    /** Counts them; once, when the command is sent. */
    public void count() {
        counted.forEach(trigger -> trigger.count().add(trigger.keys()));
    }

    boolean isNone() {
        return counted.isEmpty();
    }
}
