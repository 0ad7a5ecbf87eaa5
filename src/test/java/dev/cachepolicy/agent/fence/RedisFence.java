package dev.cachepolicy.agent.fence;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts make of a key and its fence; {@code ScriptsIT} holds the two together.
 *
 * @param leased whether it is in the first lockTimeout of its life
 */
record RedisFence(Nonce nonce, boolean leased) {

    /** miss.lua, of a key without a value: the fence after it. The reader has the lease unless the fence was leased. */
    static RedisFence missed(Optional<RedisFence> fence, Nonce fresh) {
        return new RedisFence(fence.map(RedisFence::nonce).orElse(fresh), true);
    }

    record Filled<V>(@Nullable V value, Optional<RedisFence> fence, String reply) {}

    /** fill.lua. */
    static <V> Filled<V> filled(Optional<RedisFence> fence, @Nullable V present, Nonce nonce, V value) {
        if (fence.filter(f -> f.nonce().equals(nonce)).isPresent()) {
            return new Filled<>(value, Optional.empty(), "OK");
        }
        return value.equals(present) ? new Filled<>(present, fence, "KEPT") : new Filled<>(null, fence, "VOID");
    }
}
