/** From a backend and its policies to the agents' configuration, Redis's settings and a verdict for each policy; pure. */
@NullMarked
package dev.cachepolicy.operator.model;

import org.jspecify.annotations.NullMarked;
