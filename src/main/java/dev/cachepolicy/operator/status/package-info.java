/** How the operator tells what it found: conditions and Events. */
@NullMarked
package dev.cachepolicy.operator.status;

import org.jspecify.annotations.NullMarked;
