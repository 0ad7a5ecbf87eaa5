/** The agent of a pod: its wiring and its life from start to drain. One package below for each concern. */
@NullMarked
package dev.cachepolicy.agent;

import org.jspecify.annotations.NullMarked;
