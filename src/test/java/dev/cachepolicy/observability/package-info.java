/** Holds dashboards, rules, runbooks and the metrics reference against what the processes really expose. */
@NullMarked
package dev.cachepolicy.observability;

import org.jspecify.annotations.NullMarked;
