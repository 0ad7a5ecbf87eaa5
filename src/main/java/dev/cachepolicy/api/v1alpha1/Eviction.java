package dev.cachepolicy.api.v1alpha1;

/** Which keys a policy wants evicted first when memory is full. */
public enum Eviction {
    /** Least recently used. */
    LRU,
    /** Least frequently used. */
    LFU,
    /** Any. */
    Random,
    /** None: keys of this policy must not be evicted. */
    None
}
