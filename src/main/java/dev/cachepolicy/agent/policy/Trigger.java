package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.KeyTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy's say on keys that are stale when another key was written.
 *
 * @param onWrite which keys
 * @param invalidate what is stale then
 * @param dryRun it counts and changes nothing
 */
record Trigger(
        String namespace,
        String policy,
        String name,
        KeyPattern onWrite,
        List<KeyTemplate> invalidate,
        boolean dryRun) {

    Trigger {
        invalidate = List.copyOf(invalidate);
    }

    /** {@return one of a configuration that was validated} */
    static Trigger of(PolicyConfig policy, PolicyConfig.Trigger trigger, boolean dryRun) {
        try {
            KeyPattern onWrite = KeyPattern.parse(trigger.onWrite());
            List<KeyTemplate> invalidate = new ArrayList<>();
            for (String key : trigger.invalidate()) {
                invalidate.add(KeyTemplate.parse(key, onWrite.captures()));
            }
            return new Trigger(policy.namespace(), policy.name(), trigger.name(), onWrite, invalidate, dryRun);
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("policy " + policy.id() + " was not validated: " + e.getMessage(), e);
        }
    }
}
