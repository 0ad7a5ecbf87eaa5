package dev.cachepolicy.cli;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.agent.policy.Planner;
import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.agent.policy.Rules;
import dev.cachepolicy.agent.policy.StaleKeys;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an agent sends to Redis for some commands, asked of the agent's own planner, so that it cannot differ from what
 * happens. The policy is taken as enforced and as holding in this pod, and no jitter is subtracted.
 */
final class CommandPreview {

    private static final int DATABASE = 0;
    private static final String LONGER = ", a string for %s ms longer";

    private final Planner planner = new Planner(() -> 0L);
    private final Rules rules;
    private final long ttlMillis;
    private final long staleMillis;

    CommandPreview(AgentConfig config, PolicyConfig policy) {
        PolicyConfig enforced = new PolicyConfig(
                policy.namespace(),
                policy.name(),
                policy.revision(),
                policy.keyPattern(),
                policy.ttl(),
                policy.onBackendFailure(),
                Enforcement.Enforce,
                null,
                policy.fencing());
        AgentConfig alone = new AgentConfig(
                config.requires(),
                config.revision(),
                config.backend(),
                config.upstream(),
                config.port(),
                Enforcement.Enforce,
                config.limits(),
                List.of(enforced));
        this.rules = new PolicyMetrics().bind(PolicyTable.compile(alone, Map.of()));
        this.ttlMillis = policy.ttl().millis();
        PolicyConfig.Fencing fencing = policy.fencing();
        this.staleMillis = fencing == null || fencing.staleForMillis() == null ? 0 : fencing.staleForMillis();
    }

    /** {@return a line for each of the usual commands on a key} */
    List<String> of(String key) {
        String longer = Long.toString(2 * ttlMillis);
        String shorter = Long.toString(Math.max(1, ttlMillis / 2));
        return List.of(
                line("GET", key),
                line("SET", key, "v"),
                line("SET", key, "v", "PX", longer),
                line("SET", key, "v", "PX", shorter),
                line("SET", key, "v", "KEEPTTL"),
                line("SET", key, "v", "NX", "PX", longer),
                line("PEXPIRE", key, longer));
    }

    private String line(String... arguments) {
        String sent = sent(planner.plan(Command.of(arguments), DATABASE, rules), arguments);
        return String.join(" ", arguments) + " -> " + sent;
    }

    private String sent(Plan plan, String... arguments) {
        return switch (plan) {
            case Plan.Forward _, Plan.Observe _ -> "as it is";
            case Plan.Fenced(Fence fence, Plan then) -> sent(then, arguments) + fence(fence);
            case Plan.Triggering(StaleKeys stale, Plan then) ->
                sent(then, arguments) + "; then "
                        + stale.keys().stream()
                                .map(key -> new String(key, StandardCharsets.UTF_8))
                                .collect(Collectors.joining(", "))
                        + " are removed";
            case Plan.Rewrite rewrite -> text(rewrite.arguments(), arguments);
            case Plan.Follow follow ->
                (follow.arguments().isEmpty() ? "as it is" : text(follow.arguments(), arguments)) + ", then "
                        + follow.followUps().stream().map(this::text).collect(Collectors.joining(", "));
        };
    }

    private static String fence(Fence fence) {
        return switch (fence) {
            case Fence.Read _, Fence.ReadAll _ -> "; a nil begins a load";
            case Fence.Lift _ -> "; no load that began before is stored";
            case Fence.Store _, Fence.StoreAll _ -> "; not stored if the key was invalidated since its load began";
        };
    }

    private static String text(List<Argument> rewritten, String... arguments) {
        List<String> words = new ArrayList<>();
        for (Argument argument : rewritten) {
            switch (argument) {
                case Argument.Kept(int from, int to) ->
                    words.addAll(List.of(arguments).subList(from, to));
                case Argument.Text(byte[] bytes) -> words.add(new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return words.getFirst().equals("EVAL") ? ofScript(words) : String.join(" ", words);
    }

    /** What the script does that carries out commands on the expiry of keys that may be served stale. */
    private static String ofScript(List<String> words) {
        String key = words.get(3);
        String longer = words.get(4);
        return words.get(5) + " " + key + " "
                + String.join(" ", words.subList(6, words.size())).strip() + LONGER.formatted(longer);
    }

    private String text(FollowUp followUp) {
        return "PEXPIRE " + new String(followUp.key(), StandardCharsets.UTF_8) + " " + followUp.millis() + " "
                + followUp.condition() + (staleMillis == 0 ? "" : LONGER.formatted(staleMillis));
    }
}
