/** Administration of one Redis process: what it is, its settings, who owns it, what its users may do. */
@NullMarked
package dev.cachepolicy.redis;

import org.jspecify.annotations.NullMarked;
