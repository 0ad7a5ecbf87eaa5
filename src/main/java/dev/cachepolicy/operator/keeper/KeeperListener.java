package dev.cachepolicy.operator.keeper;

/** Told of what happens to a Redis, on threads of the keepers and without any lock held. */
public interface KeeperListener {

    /** Something in {@link RedisKeepers#state} changed that a status shows; heartbeat counters alone do not count. */
    void changed(BackendId backend);

    /** A parameter had drifted and was set again. */
    void corrected(BackendId backend, String parameter, String found, String restored);

    /** Another program keeps changing a parameter; it is now left alone. */
    void contended(BackendId backend, String parameter);
}
