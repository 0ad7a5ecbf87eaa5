package dev.cachepolicy.bench.scale;

/**
 * A change that the API server took.
 *
 * @param generation that it made
 * @param nanos by {@link System#nanoTime}, when the client had the answer
 */
record Accepted(long generation, long nanos) {}
