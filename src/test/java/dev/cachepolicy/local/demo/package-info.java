/** The demo: the main job in local mode, one line a step with what was measured. */
@NullMarked
package dev.cachepolicy.local.demo;

import org.jspecify.annotations.NullMarked;
