package dev.cachepolicy.api.v1alpha1;

/** How cache and source are kept together. */
public enum CacheStrategy {
    /** The application looks into the cache, and loads and stores on a miss. */
    CacheAside
}
