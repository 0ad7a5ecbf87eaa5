package dev.cachepolicy.api.v1alpha1;

/** What readers do when many miss the same key at once. */
public enum StampedeMode {
    /** One loads, the others wait for its value. */
    Mutex,
    /** One loads a little before the value expires, the others go on with it. */
    Probabilistic,
    /** One loads when the value's time is over, the others go on with the value for a while. */
    ServeStale
}
