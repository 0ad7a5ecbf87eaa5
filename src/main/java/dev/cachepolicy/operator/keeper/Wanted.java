package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.operator.model.RedisSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values to hold against {@link ActualSettings}, whether a backend wants them or they are being restored.
 *
 * @param maxMemory bytes; 0: no limit; null: left alone
 * @param evictionPolicy in Redis's words; null: left alone
 */
record Wanted(@Nullable Long maxMemory, @Nullable String evictionPolicy) {

    static final String MAXMEMORY = "maxmemory";
    static final String MAXMEMORY_POLICY = "maxmemory-policy";
    static final String NOEVICTION = "noeviction";

    static Wanted of(RedisSettings settings) {
        return new Wanted(
                settings.maxMemory(),
                settings.evictionPolicy() == null
                        ? null
                        : settings.evictionPolicy().redisName());
    }

    static Wanted of(ActualSettings settings) {
        return new Wanted(settings.maxMemory(), settings.evictionPolicy());
    }

    boolean nothing() {
        return maxMemory == null && evictionPolicy == null;
    }

    /** {@return what differs, a sentence for each parameter} */
    List<String> differences(ActualSettings actual) {
        List<String> differences = new ArrayList<>();
        if (maxMemory != null && maxMemory != actual.maxMemory()) {
            differences.add(MAXMEMORY + " is " + actual.maxMemory() + ", wanted " + maxMemory);
        }
        if (evictionPolicy != null && !evictionPolicy.equals(actual.evictionPolicy())) {
            differences.add(MAXMEMORY_POLICY + " is " + actual.evictionPolicy() + ", wanted " + evictionPolicy);
        }
        return List.copyOf(differences);
    }
}
