/** Metric names and their exposition in Prometheus' text format. */
@NullMarked
package dev.cachepolicy.metrics;

import org.jspecify.annotations.NullMarked;
