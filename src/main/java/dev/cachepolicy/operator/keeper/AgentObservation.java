package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.Heartbeat;

/**
 * An agent as last heard of.
 *
 * @param alive whether its sequence changed within the liveness time, by this process's clock
 */
public record AgentObservation(Heartbeat heartbeat, boolean alive) {}
