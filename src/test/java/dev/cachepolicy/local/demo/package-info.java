/** The demo in local mode: the main job with real processes on one machine, one line a step with what was measured. */
@NullMarked
package dev.cachepolicy.local.demo;

import org.jspecify.annotations.NullMarked;
