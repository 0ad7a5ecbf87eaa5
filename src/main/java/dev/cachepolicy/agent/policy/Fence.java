package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.Argument;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command is to the fences of its keys. A key that no fenced policy covers has none; nor has anything but a string,
 * since only GET and its kin begin a load.
 */
public sealed interface Fence {

    /**
     * A read. Its nil, if it gets one, begins a load.
     *
     * @param waits whether it may wait for the load of another
     * @param removes whether it may remove the key as well, so that loads under way must not store their values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
    record Read(byte[] key, FencedPolicy policy, boolean waits, boolean removes) implements Fence {}

    /** No load of these keys that began before it may store its value: the command removes or changes them. */
    record Lift(List<byte[]> keys) implements Fence {

        public Lift {
            keys = List.copyOf(keys);
        }
    }

    /**
     * A SET that Redis does not refuse and that depends on nothing: the end of a load, or an update.
     *
     * @param valueAt position of the value in the command
     * @param options of the SET that stores it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
    record Store(byte[] key, FencedPolicy policy, int valueAt, List<Argument> options) implements Fence {

        public Store {
            options = List.copyOf(options);
        }
    }

    /**
     * An MSET.
     *
     * @param sets in its order
     */
    record StoreAll(List<Set> sets) implements Fence {

        public StoreAll {
            sets = List.copyOf(sets);
        }
    }

    /**
     * One of its keys.
     *
     * @param policy null: the key has no fence
     * @param valueAt position of the value in the command
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
    record Set(byte[] key, @Nullable FencedPolicy policy, int valueAt) {}

    /**
     * A read of several keys. Each nil begins a load, and none waits for another's.
     *
     * @param policies of the keys, null: the key has no fence
     */
    record ReadAll(List<byte[]> keys, List<@Nullable FencedPolicy> policies) implements Fence {

        public ReadAll {
            keys = List.copyOf(keys);
            policies = Collections.unmodifiableList(policies);
        }
    }
}
