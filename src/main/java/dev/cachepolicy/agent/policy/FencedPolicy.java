package dev.cachepolicy.agent.policy;

/**
 * A policy in force whose keys have fences.
 *
 * @param counters where it is counted what that comes to
 */
public record FencedPolicy(Fencing fencing, FenceCounters counters) {}
