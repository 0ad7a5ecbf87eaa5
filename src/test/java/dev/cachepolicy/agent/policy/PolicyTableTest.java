package dev.cachepolicy.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Enforcement;
import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.prometheus.client.CollectorRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTableTest {

    private static PolicyConfig policy(
            String name, String pattern, Enforcement enforcement, PolicyConfig.@Nullable Selector selector) {
        return new PolicyConfig(
                "shop",
                name,
                1,
                pattern,
                new PolicyConfig.Ttl(60_000, TtlMode.Override, 0, false),
                FailureMode.FailOpen,
                enforcement,
                selector);
    }

    private static PolicyTable table(Enforcement backend, Map<String, String> labels, PolicyConfig... policies) {
        return PolicyTable.compile(
                new AgentConfig(
                        Set.of(),
                        1,
                        new AgentConfig.Backend("shop", "redis", "uid"),
                        new AgentConfig.Upstream("redis:6379", null),
                        6379,
                        backend,
                        null,
                        List.of(policies)),
                labels);
    }

    private static @Nullable String matched(PolicyTable table, String key) {
        Policy policy = table.match(key.getBytes(StandardCharsets.UTF_8));
        return policy == null ? null : policy.name();
    }

    @Test
    void theMoreSpecificPolicyHasTheKey() {
        PolicyTable table = table(
                Enforcement.Enforce,
                Map.of(),
                policy("all", "**", Enforcement.Enforce, null),
                policy("users", "user:{id}", Enforcement.Enforce, null));
        assertThat(matched(table, "user:1")).isEqualTo("users");
        assertThat(matched(table, "user:1:cart")).isEqualTo("all");
        assertThat(matched(table, "cachepolicy:owner")).isNull();
    }

    @Test
    void aPolicyThatDoesNotSelectThePodLeavesItsKeysToOthers() {
        PolicyConfig.Selector web = new PolicyConfig.Selector(Map.of("app", "web"), List.of());
        PolicyConfig[] policies = {
            policy("all", "**", Enforcement.Enforce, null), policy("web", "user:*", Enforcement.Enforce, web)
        };
        assertThat(matched(table(Enforcement.Enforce, Map.of("app", "web"), policies), "user:1"))
                .isEqualTo("web");
        assertThat(matched(table(Enforcement.Enforce, Map.of("app", "batch"), policies), "user:1"))
                .isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource({
        "Enforce, Enforce, false",
        "Enforce, DryRun, true",
        "DryRun, Enforce, true",
        "DryRun, DryRun, true",
        "Enforce, Off,",
        "DryRun, Off,",
        "Off, Enforce,"
    })
    void theWeakerEnforcementOfBackendAndPolicyCounts(
            Enforcement backend, Enforcement policy, @Nullable Boolean dryRun) {
        PolicyTable table = table(backend, Map.of(), policy("users", "user:*", policy, null));
        assertThat(table.policies()).extracting(Policy::dryRun).isEqualTo(dryRun == null ? List.of() : List.of(dryRun));
    }

    private static ReplyFramer reply(String bytes) throws ProtocolViolation {
        ReplyFramer framer = new ReplyFramer(8);
        ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII);
        framer.advance(in, 0, in.writerIndex());
        return framer;
    }

    @Test
    void countsOutliveReloadsAndLabelsAreNames() throws Exception {
        PolicyMetrics metrics = new PolicyMetrics();
        PolicyTable table = table(Enforcement.Enforce, Map.of(), policy("users", "user:*", Enforcement.Enforce, null));
        for (int load = 0; load < 2; load++) {
            Planner planner = new Planner(() -> 0);
            Rules rules = metrics.bind(table);
            Observation hit =
                    planner.plan(Command.of("GET", "user:1"), 0, rules).observation();
            hit.replied(reply("$5\r\nhello\r\n"), 0);
            Observation miss =
                    planner.plan(Command.of("GET", "user:1"), 0, rules).observation();
            miss.replied(reply("$-1\r\n"), 0);
            Observation set = planner.plan(Command.of("SET", "user:1", "v", "EX", "600"), 0, rules)
                    .observation();
            set.replied(reply("+OK\r\n"), 0);
            set = planner.plan(Command.of("SET", "user:1", "v", "EX", "600"), 0, rules)
                    .observation();
            set.replied(reply("-ERR\r\n"), 0);
        }
        assertThat(metrics.counters().get("shop/users").hits()).isEqualTo(2);
        assertThat(metrics.counters().get("shop/users").misses()).isEqualTo(2);

        CollectorRegistry registry = new CollectorRegistry();
        metrics.register(registry);
        String[] labels = {"namespace", "policy", "result"};
        assertThat(registry.getSampleValue("cachepolicy_requests_total", labels, new String[] {"shop", "users", "hit"}))
                .isEqualTo(2);
        assertThat(registry.getSampleValue(
                        "cachepolicy_ttl_decisions_total", labels, new String[] {"shop", "users", "overridden"}))
                .isEqualTo(2);
        assertThat(registry.getSampleValue(
                        "cachepolicy_request_duration_seconds_count",
                        new String[] {"namespace", "policy"},
                        new String[] {"shop", "users"}))
                .isEqualTo(8);
    }

    @Test
    void anAbsentAnswerIsAMiss() {
        PolicyMetrics metrics = new PolicyMetrics();
        Rules rules = metrics.bind(
                table(Enforcement.Enforce, Map.of(), policy("users", "user:*", Enforcement.Enforce, null)));
        ByteBuf out = Unpooled.buffer();
        new Planner(() -> 0)
                .plan(Command.of("MGET", "user:1", "user:2"), 0, rules)
                .observation()
                .answerAbsent(out, false);
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("*2\r\n$-1\r\n$-1\r\n");
        assertThat(metrics.counters().get("shop/users").misses()).isEqualTo(2);
    }
}
