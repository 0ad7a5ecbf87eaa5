/** The demo on kind: a first day and a bad night as a newcomer would type them, one line a step with what was measured. */
@NullMarked
package dev.cachepolicy.e2e.demo;

import org.jspecify.annotations.NullMarked;
