/** Tells the operator, through Redis, that an agent lives, which configuration it uses and what it counted. */
@NullMarked
package dev.cachepolicy.agent.heartbeat;

import org.jspecify.annotations.NullMarked;
