/** The operator's wiring: controllers, leader election, health. */
@NullMarked
package dev.cachepolicy.operator;

import org.jspecify.annotations.NullMarked;
