package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Policy tables for tests. */
final class Policies {

    static final long TTL = 60_000;

    /** One policy of each TTL mode, and one of each other setting: keys begin with its name. */
    static final PolicyTable EACH = table(
            policy("over", TtlMode.Override, FailureMode.FailOpen, false, Enforcement.Enforce),
            policy("ceil", TtlMode.Ceiling, FailureMode.FailOpen, false, Enforcement.Enforce),
            policy("unset", TtlMode.IfUnset, FailureMode.FailOpen, false, Enforcement.Enforce),
            policy("slide", TtlMode.Override, FailureMode.FailOpen, true, Enforcement.Enforce),
            policy("closed", TtlMode.Override, FailureMode.FailClosed, false, Enforcement.Enforce),
            policy("dry", TtlMode.Override, FailureMode.FailOpen, false, Enforcement.DryRun));

    /** One policy, which fails closed. */
    static final PolicyTable FAIL_CLOSED =
            table(policy("closed", TtlMode.Override, FailureMode.FailClosed, false, Enforcement.Enforce));

    private Policies() {}

    /** {@return one policy whose keys, which begin with {@code lease:}, are fenced} */
    static PolicyTable fenced(Duration lockTimeout, Duration maxWait, Duration maxBlock) {
        return fenced(
                FailureMode.FailOpen,
                TTL,
                new PolicyConfig.Fencing(lockTimeout.toMillis(), maxWait.toMillis(), maxBlock.toMillis()));
    }

    static PolicyTable fenced(Duration ttl, PolicyConfig.Fencing fencing) {
        return fenced(FailureMode.FailOpen, ttl.toMillis(), fencing);
    }

    static PolicyTable fenced(FailureMode onFailure, long ttlMillis, PolicyConfig.Fencing fencing) {
        return table(new PolicyConfig(
                "shop",
                "lease",
                1,
                "lease:**",
                new PolicyConfig.Ttl(ttlMillis, TtlMode.Override, 0, false),
                onFailure,
                Enforcement.Enforce,
                null,
                fencing));
    }

    /** {@return one policy whose keys begin with {@code lease:}, with a trigger and no stampede mode} */
    static PolicyTable triggering(FailureMode onFailure, PolicyConfig.Trigger trigger) {
        return table(new PolicyConfig(
                "shop",
                "lease",
                1,
                "lease:**",
                new PolicyConfig.Ttl(TTL, TtlMode.Override, 0, false),
                onFailure,
                Enforcement.Enforce,
                null,
                new PolicyConfig.Fencing(5_000, 0, 0),
                List.of(trigger)));
    }

    private static PolicyConfig policy(
            String name, TtlMode mode, FailureMode failure, boolean slides, Enforcement enforcement) {
        return new PolicyConfig(
                "shop", name, 1, name + ":**", new PolicyConfig.Ttl(TTL, mode, 0, slides), failure, enforcement, null);
    }

    private static PolicyTable table(PolicyConfig... policies) {
        return PolicyTable.compile(
                new AgentConfig(
                        Set.of(),
                        1,
                        new AgentConfig.Backend("shop", "redis", "uid"),
                        new AgentConfig.Upstream("127.0.0.1:1", null),
                        6379,
                        Enforcement.Enforce,
                        null,
                        List.copyOf(Arrays.asList(policies))),
                Map.of());
    }
}
