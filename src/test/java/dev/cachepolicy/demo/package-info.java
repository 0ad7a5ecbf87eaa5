/** What the demos have in common: steps, one line each with what was measured, in local mode and on kind. */
@NullMarked
package dev.cachepolicy.demo;

import org.jspecify.annotations.NullMarked;
