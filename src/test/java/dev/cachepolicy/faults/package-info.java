/** A network between agent and Redis that fails in the ways networks do, and clients that notice any reply out of place. */
@NullMarked
package dev.cachepolicy.faults;

import org.jspecify.annotations.NullMarked;
