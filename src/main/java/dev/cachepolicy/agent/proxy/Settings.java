package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Rules;

/** What a listener goes by at a moment; replaced as a whole. */
record Settings(ListenerConfig config, Rules rules, Backend backend, Fences fences) {}
