package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Trigger;
import dev.cachepolicy.api.v1alpha1.TriggerLimits;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.KeyTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with the triggers of a policy. */
final class TriggerRules {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final String FIELD = "spec.invalidation.triggers";

    private TriggerRules() {}

    /** Adds what can be seen in the policy alone. */
    static void check(CachePolicySpec spec, Checks checks) {
        List<Trigger> triggers = spec.triggers();
        if (spec.invalidation() != null && spec.invalidation().triggers() != null && triggers.isEmpty()) {
            checks.add(FIELD, "the list is empty: write a trigger, or leave it out");
        }
        if (triggers.size() > TriggerLimits.MOST) {
            checks.add(FIELD, "there are " + triggers.size() + " triggers: write at most " + TriggerLimits.MOST);
        }
        Set<String> names = new HashSet<>();
        for (Trigger trigger : triggers) {
            check(trigger, checks);
            if (trigger.name() != null && !names.add(trigger.name())) {
                checks.add(FIELD, "the name '" + trigger.name() + "' is there twice: give the second another");
            }
        }
    }

    private static void check(Trigger trigger, Checks checks) {
        if (trigger.name() == null
                || trigger.name().length() > TriggerLimits.LONGEST_NAME
                || !NAME.matcher(trigger.name()).matches()) {
            checks.add(FIELD, TriggerLimits.NAME_MESSAGE);
        }
        String pattern = trigger.onWrite() == null ? null : trigger.onWrite().keyPattern();
        checks.keyPattern(field(trigger) + ".onWrite.keyPattern", pattern);
        List<String> keys = trigger.invalidate() == null ? List.of() : trigger.invalidate();
        if (keys.isEmpty() || keys.size() > TriggerLimits.MOST_KEYS) {
            checks.add(
                    field(trigger) + ".invalidate",
                    "write between 1 and " + TriggerLimits.MOST_KEYS
                            + " keys that are stale then, for example user:{id}");
        }
        if (pattern == null) {
            return;
        }
        List<String> captures;
        try {
            captures = KeyPattern.parse(pattern).captures();
        } catch (InvalidPatternException e) {
            return; // is said above
        }
        for (String key : keys) {
            try {
                KeyTemplate.parse(key, captures);
            } catch (InvalidPatternException e) {
                checks.add(field(trigger) + ".invalidate", Reasons.INVALID_KEY_PATTERN, String.valueOf(e.getMessage()));
            }
        }
    }

    private static String field(Trigger trigger) {
        return FIELD + "[" + trigger.name() + "]";
    }

    /**
     * {@return the keys that a policy invalidates and that lie outside a keyspace, with the field that names each}
     *
     * @param policy one that {@link #check} finds nothing wrong with
     */
    static List<Problem> outside(CachePolicySpec policy, List<KeyPattern> keyspace, String inside) {
        List<Problem> problems = new ArrayList<>();
        for (Trigger trigger : policy.triggers()) {
            for (String key : trigger.invalidate()) {
                KeyPattern pattern = template(key, trigger).pattern();
                if (!keyspace.isEmpty() && keyspace.stream().noneMatch(pattern::isWithin)) {
                    problems.add(new Problem(
                            field(trigger) + ".invalidate",
                            Reasons.OUTSIDE_KEYSPACE,
                            "'" + key + "' may be a key outside the keyspace of " + inside));
                }
            }
        }
        return problems;
    }

    private static KeyTemplate template(String key, Trigger trigger) {
        try {
            return KeyTemplate.parse(
                    key, KeyPattern.parse(trigger.onWrite().keyPattern()).captures());
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("check comes first: " + key, e);
        }
    }
}
