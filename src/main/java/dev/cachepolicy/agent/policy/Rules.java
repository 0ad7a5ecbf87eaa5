package dev.cachepolicy.agent.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy table bound to counters: what a {@link Planner} plans by. Immutable but for the counts. */
public final class Rules {

    private final PolicyTable table;
    private final List<Rule> rules;
    private final boolean failsOpen;
    private final boolean fences;
    private final Triggers triggers;

    Rules(PolicyTable table, List<Rule> rules, Triggers triggers) {
        this.triggers = triggers;
        this.table = table;
        this.rules = List.copyOf(rules);
        this.failsOpen = rules.stream().anyMatch(rule -> rule.policy().failsOpen());
        this.fences = rules.stream().anyMatch(rule -> rule.fenced() != null);
    }

    /** {@return whether a policy in force answers while Redis does not} */
    public boolean failsOpen() {
        return failsOpen;
    }

    /** {@return whether a key belongs to a policy that does so} */
    public boolean failsOpen(byte[] key) {
        Rule rule = match(key, key.length);
        return rule != null && rule.policy().failsOpen();
    }

    /** {@return whether keys of a policy in force have fences} */
    public boolean fences() {
        return fences;
    }

    /** {@return whether a key has one} */
    public boolean fences(byte[] key) {
        Rule rule = fences ? match(key, key.length) : null;
        return rule != null && rule.fenced() != null;
    }

    Triggers triggers() {
        return triggers;
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    @Nullable
    Rule match(byte[] bytes, int length) {
        int index = table.match(bytes, 0, length);
        return index < 0 ? null : rules.get(index);
    }
}
