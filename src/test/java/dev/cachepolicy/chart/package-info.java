/** The Helm chart: what it renders, and that a real API server takes it. */
@NullMarked
package dev.cachepolicy.chart;

import org.jspecify.annotations.NullMarked;
