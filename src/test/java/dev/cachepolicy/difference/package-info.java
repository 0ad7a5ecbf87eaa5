/** Random histories of commands, played to a Redis directly and through the agent: every byte that comes back is compared. */
@NullMarked
package dev.cachepolicy.difference;

import org.jspecify.annotations.NullMarked;
