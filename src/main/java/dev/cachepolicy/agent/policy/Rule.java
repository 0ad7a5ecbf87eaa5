package dev.cachepolicy.agent.policy;

/** A policy and where its keys are counted. */
record Rule(Policy policy, PolicyCounters counters) {}
