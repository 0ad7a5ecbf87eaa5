package dev.cachepolicy.agent.policy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Values that several users share by their key, each for as long as somebody uses it. For use by any thread. */
final class Kept<K, V> {

    private record Entry<V>(V value, int users) {}

    private final ConcurrentMap<K, Entry<V>> entries = new ConcurrentHashMap<>();

    /** {@return the value of a key, with one user more; made if it has none} */
    V use(K key, Supplier<V> made) {
        Entry<V> used = entries.compute(
                key,
                (_, entry) ->
                        entry == null ? new Entry<>(made.get(), 1) : new Entry<>(entry.value(), entry.users() + 1));
        return used.value();
    }

    /** One of a key's users is gone. The last takes the value along. */
    void leave(K key) {
        entries.computeIfPresent(
                key, (_, entry) -> entry.users() == 1 ? null : new Entry<>(entry.value(), entry.users() - 1));
    }

    void forEach(BiConsumer<K, V> action) {
        for (Map.Entry<K, Entry<V>> entry : entries.entrySet()) {
            action.accept(entry.getKey(), entry.getValue().value());
        }
    }
}
