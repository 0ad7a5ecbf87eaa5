package dev.cachepolicy.operator.keeper;

/** Told of what happens to a Redis, on threads of the keepers and without any lock held. */
public interface KeeperListener {

    /** Something in {@link RedisKeepers#state} changed that a status shows; heartbeat counters alone do not count. */
    void changed(BackendId backend);

    /** A parameter had drifted and was set again. */
    void corrected(BackendId backend, String parameter, String found, String restored);

    /** Another program keeps changing a parameter; it is now left alone. */
    void contended(BackendId backend, String parameter);

    /** After {@link RedisKeepers#release} the original settings were put back, or must not be; the message says what was done. */
    void restored(BackendId backend, String message);

    /** After {@link RedisKeepers#release} the original settings could not be put back in time, and stay as they are. */
    void abandoned(BackendId backend, ActualSettings original);
}
