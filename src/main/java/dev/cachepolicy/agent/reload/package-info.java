/** Follows the configuration, Secrets and pod labels that are mounted into the agent's container. */
@NullMarked
package dev.cachepolicy.agent.reload;

import org.jspecify.annotations.NullMarked;
