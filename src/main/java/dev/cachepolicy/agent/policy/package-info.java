/** What policies make of a command: pure decisions from a command and a policy table, and the counting of what came of them. */
@NullMarked
package dev.cachepolicy.agent.policy;

import org.jspecify.annotations.NullMarked;
