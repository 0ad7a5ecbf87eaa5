package dev.cachepolicy.api.v1alpha1;

/** The topology of a backend's Redis. */
public enum BackendMode {
    /** One Redis process. */
    Standalone
}
