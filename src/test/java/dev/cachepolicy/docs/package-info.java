/** The pages of {@code docs/}: those that are generated, and what holds the others against the code. */
@NullMarked
package dev.cachepolicy.docs;

import org.jspecify.annotations.NullMarked;
