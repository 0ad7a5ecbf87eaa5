/** Benchmark: one operator with many policies and agents, beside one with few, on one API server. */
@NullMarked
package dev.cachepolicy.bench.scale;

import org.jspecify.annotations.NullMarked;
