package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.policy.Rules;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Keys that must be removed from Redis, within bounds. Guarded by the lock of {@link Invalidations} while it is written. */
final class Remembered {

    private static final byte[] NONE = {};

    private final int maxKeys;
    private final long maxBytes;
    /** In the order in which they must be removed: a key's fence before the key. */
    private final Set<ByteBuffer> keys = new LinkedHashSet<>();

    private final Set<Rules> overflowed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> doubted = new HashSet<>();
    private long bytes;

    Remembered(int maxKeys, long maxBytes) {
        this.maxKeys = maxKeys;
        this.maxBytes = maxBytes;
    }

    /** @param rules in force, which stand for keys that do not fit */
    void add(List<byte[]> more, Rules rules) {
        for (byte[] key : more) {
            if (keys.contains(ByteBuffer.wrap(key))) {
                continue;
            }
            byte[] fence = rules.fences(key) ? FenceKeys.fence(key) : NONE;
            int count = fence.length == 0 ? 1 : 2;
            if (keys.size() + count <= maxKeys && bytes + fence.length + key.length <= maxBytes) {
                if (fence.length > 0) {
                    keys.add(ByteBuffer.wrap(fence));
                }
                keys.add(ByteBuffer.wrap(key));
                bytes += fence.length + key.length;
            } else {
                overflowed.add(rules);
            }
        }
    }

    /** @param address of this end of a connection that is closed here, and from which Redis may read all the same */
    void doubt(String address) {
        doubted.add(address);
    }

    /** {@return an empty one for what comes while this is being removed: together they keep to twice the bounds} */
    Remembered next() {
        return new Remembered(2 * maxKeys - keys.size(), 2 * maxBytes - bytes);
    }

    /** {@return everything that is in one of the two, with the bounds of this one} */
    Remembered and(Remembered later) {
        Remembered both = new Remembered(maxKeys, maxBytes);
        for (Remembered one : List.of(this, later)) {
            both.keys.addAll(one.keys);
            both.overflowed.addAll(one.overflowed);
            both.doubted.addAll(one.doubted);
        }
        both.bytes = bytes + later.bytes;
        return both;
    }

    Set<ByteBuffer> keys() {
        return keys;
    }

    /** {@return addresses of connections that must be closed in Redis, too, before the keys are removed} */
    Set<String> doubted() {
        return doubted;
    }

    boolean isEmpty() {
        return keys.isEmpty() && overflowed.isEmpty();
    }

    /** {@return whether more was to be remembered than fits, so that all keys of policies that fail open must go} */
    boolean isOverflowed() {
        return !overflowed.isEmpty();
    }

    /** {@return whether a key may be one that did not fit} */
    boolean covers(byte[] key) {
        return overflowed.stream().anyMatch(rules -> rules.failsOpen(key));
    }

    /** {@return whether keys that did not fit may have fences} */
    boolean coversFences() {
        return overflowed.stream().anyMatch(Rules::fences);
    }

    /** {@return whether this is the fence of a key that may be one that did not fit} */
    boolean coversFence(byte[] fence) {
        byte[] key = FenceKeys.keyOfFence(fence);
        return key == null ? FenceKeys.isHashedFence(fence) : covers(key);
    }
}
