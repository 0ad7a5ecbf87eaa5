package dev.cachepolicy.cli;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.KeyTemplate;
import dev.cachepolicy.pattern.PatternMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What triggers have to do with a key: what they invalidate when it is written, and which of them invalidate it. */
final class TriggerLines {

    private TriggerLines() {}

    static List<String> of(AgentConfig config, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>();
        for (PolicyConfig policy : config.policies()) {
            for (PolicyConfig.Trigger trigger : triggers(policy)) {
                try {
                    add(policy, trigger, bytes, lines);
                } catch (InvalidPatternException e) {
                    throw new IllegalStateException("the validator let it pass", e);
                }
            }
        }
        return lines;
    }

    private static List<PolicyConfig.Trigger> triggers(PolicyConfig policy) {
        return policy.triggers() == null ? List.of() : policy.triggers();
    }

    private static void add(PolicyConfig policy, PolicyConfig.Trigger trigger, byte[] key, List<String> lines)
            throws InvalidPatternException {
        KeyPattern onWrite = KeyPattern.parse(trigger.onWrite());
        String title = "trigger " + trigger.name() + " of CachePolicy " + policy.id();
        Map<String, byte[]> captured = matches(onWrite, key) ? onWrite.captured(key) : null;
        List<String> removed = new ArrayList<>();
        for (String text : trigger.invalidate()) {
            KeyTemplate template = KeyTemplate.parse(text, onWrite.captures());
            if (captured != null) {
                removed.add(new String(template.fill(captured), StandardCharsets.UTF_8));
            }
            if (matches(template.pattern(), key)) {
                lines.add("may be removed by " + title + ": when a key of " + onWrite + " is written");
            }
        }
        if (captured != null) {
            lines.add("a write of it removes " + String.join(", ", removed) + ": " + title);
        }
    }

    private static boolean matches(KeyPattern pattern, byte[] key) {
        return PatternMatcher.of(List.of(pattern)).match(key, 0, key.length) == 0;
    }
}
