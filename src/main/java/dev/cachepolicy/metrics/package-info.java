/** The metrics that there are, and the HTTP endpoint that shows metrics in Prometheus' text format beside the probes. */
@NullMarked
package dev.cachepolicy.metrics;

import org.jspecify.annotations.NullMarked;
