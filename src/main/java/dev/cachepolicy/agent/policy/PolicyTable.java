package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.PatternMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies of a backend that hold in this pod, with one matcher for their patterns. Immutable. */
public final class PolicyTable {

    private final List<Policy> policies;
    private final PatternMatcher matcher;
    private final List<Trigger> triggers;

    private PolicyTable(List<Policy> policies, List<KeyPattern> patterns, List<Trigger> triggers) {
        this.triggers = List.copyOf(triggers);
        this.policies = List.copyOf(policies);
        this.matcher = PatternMatcher.of(patterns);
    }

    /** {@return a table without policies: everything is forwarded untouched} */
    public static PolicyTable empty() {
        return new PolicyTable(List.of(), List.of(), List.of());
    }

    /**
     * {@return the policies of a configuration that hold in a pod} Those whose selector does not match are left out, and
     * those that are Off by themselves or by their backend.
     *
     * @param config as {@link dev.cachepolicy.config.AgentConfigYaml} reads it
     * @param podLabels of this agent's pod
     */
    public static PolicyTable compile(AgentConfig config, Map<String, String> podLabels) {
        List<Policy> policies = new ArrayList<>();
        List<KeyPattern> patterns = new ArrayList<>();
        List<Trigger> triggers = new ArrayList<>();
        for (PolicyConfig policy : config.policies()) {
            Enforcement enforcement = config.enforcement().and(policy.enforcement());
            PolicyConfig.Selector selector = policy.workloadSelector();
            if (enforcement != Enforcement.Off && (selector == null || selector.matches(podLabels))) {
                policies.add(new Policy(
                        policy.namespace(),
                        policy.name(),
                        policy.ttl(),
                        policy.onBackendFailure(),
                        enforcement == Enforcement.DryRun,
                        enforcement == Enforcement.DryRun ? null : fencing(policy.fencing())));
                patterns.add(parse(policy));
                if (policy.triggers() != null) {
                    policy.triggers()
                            .forEach(trigger ->
                                    triggers.add(Trigger.of(policy, trigger, enforcement == Enforcement.DryRun)));
                }
            }
        }
        return new PolicyTable(policies, patterns, triggers);
    }

    private static @Nullable Fencing fencing(PolicyConfig.@Nullable Fencing fencing) {
        return fencing == null
                ? null
                : new Fencing(
                        Duration.ofMillis(fencing.lockTimeoutMillis()),
                        Duration.ofMillis(fencing.maxWaitMillis()),
                        Duration.ofMillis(fencing.maxBlockMillis()),
                        fencing.betaPercent() == null ? 0 : fencing.betaPercent() / 100.0,
                        Duration.ofMillis(fencing.staleForMillis() == null ? 0 : fencing.staleForMillis()));
    }

    private static KeyPattern parse(PolicyConfig policy) {
        try {
            return KeyPattern.parse(policy.keyPattern());
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("policy " + policy.id() + " was not validated: " + e.getMessage(), e);
        }
    }

    /** {@return the policies, in the configuration's order} */
    public List<Policy> policies() {
        return policies;
    }

    List<Trigger> triggers() {
        return triggers;
    }

    /** {@return the position in {@link #policies} of the policy of a key, or {@link PatternMatcher#NONE}} */
    int match(byte[] bytes, int from, int to) {
        return matcher.match(bytes, from, to);
    }

    /** {@return the policy of a key, if there is one} */
    public @Nullable Policy match(byte[] key) {
        int index = match(key, 0, key.length);
        return index == PatternMatcher.NONE ? null : policies.get(index);
    }
}
