/** What operator and agents say to each other: the agent's configuration file, the heartbeat, and the keys in Redis that carry them. */
@NullMarked
package dev.cachepolicy.config;

import org.jspecify.annotations.NullMarked;
