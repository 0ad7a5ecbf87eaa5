/** JMH: what a command costs in the agent's own code, without any socket. */
@NullMarked
package dev.cachepolicy.bench.micro;

import org.jspecify.annotations.NullMarked;
