/** From a backend and its policies to agent configuration, Redis settings and a verdict for each policy; pure. */
@NullMarked
package dev.cachepolicy.operator.model;

import org.jspecify.annotations.NullMarked;
