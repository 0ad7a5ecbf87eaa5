/** The files in {@code examples/}, held against what they are for. */
@NullMarked
package dev.cachepolicy.examples;

import org.jspecify.annotations.NullMarked;
