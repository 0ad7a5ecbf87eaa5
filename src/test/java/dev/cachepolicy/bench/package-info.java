/** Benchmarks: the agent beside its peers, in one run on one machine. */
@NullMarked
package dev.cachepolicy.bench;

import org.jspecify.annotations.NullMarked;
