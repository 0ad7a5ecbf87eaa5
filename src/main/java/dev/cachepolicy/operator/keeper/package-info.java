/** Keeps each backend's Redis as its backend wants it, and says how it stands. */
@NullMarked
package dev.cachepolicy.operator.keeper;

import org.jspecify.annotations.NullMarked;
