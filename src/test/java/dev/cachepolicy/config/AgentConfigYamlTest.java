package dev.cachepolicy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.PolicyConfig.Requirement;
import dev.cachepolicy.config.PolicyConfig.Selector;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AgentConfigYamlTest {

    private static final AgentConfig CONFIG = new AgentConfig(
            Set.of(),
            7,
            new AgentConfig.Backend("shop", "shop-redis", "0a1b"),
            new AgentConfig.Upstream("redis.shop.svc:6379", "redis-app"),
            6379,
            Enforcement.Enforce,
            null,
            List.of(
                    new PolicyConfig(
                            "shop",
                            "sessions",
                            3,
                            "session:{id}",
                            new PolicyConfig.Ttl(86_400_000, TtlMode.Override, 0, true),
                            FailureMode.FailClosed,
                            Enforcement.DryRun,
                            new Selector(
                                    Map.of("app", "web"),
                                    List.of(new Requirement("tier", Requirement.Operator.In, List.of("a", "b"))))),
                    new PolicyConfig(
                            "shop",
                            "users",
                            7,
                            "user:{id}",
                            new PolicyConfig.Ttl(600_000, TtlMode.Ceiling, 10, false),
                            FailureMode.FailOpen,
                            Enforcement.Enforce,
                            null)));

    @Test
    void readsWhatItWrote() throws AgentConfigException {
        assertThat(AgentConfigYaml.read(AgentConfigYaml.write(CONFIG))).isEqualTo(CONFIG);
    }

    @Test
    void readsWhatItWroteOfFencesAndTriggers() throws AgentConfigException {
        PolicyConfig policy = CONFIG.policies().getFirst();
        AgentConfig config = new AgentConfig(
                Set.of(Features.TRIGGERS, Features.FENCING, Features.TLS),
                CONFIG.revision(),
                CONFIG.backend(),
                CONFIG.upstream(),
                CONFIG.port(),
                CONFIG.enforcement(),
                CONFIG.limits(),
                List.of(new PolicyConfig(
                        policy.namespace(),
                        policy.name(),
                        policy.revision(),
                        policy.keyPattern(),
                        policy.ttl(),
                        policy.onBackendFailure(),
                        policy.enforcement(),
                        policy.workloadSelector(),
                        new PolicyConfig.Fencing(5_000, 1_000, 50, 100, 60_000L),
                        List.of(new PolicyConfig.Trigger("edited", "edit:{id}", List.of("user:{id}", "users"))))));
        String text = AgentConfigYaml.write(config);
        assertThat(AgentConfigYaml.read(text)).isEqualTo(config);
        assertThat(text).containsSubsequence("\"requires\"", Features.FENCING, Features.TLS, Features.TRIGGERS);
    }

    static Stream<AgentConfig.Tls> waysOfTls() {
        return Stream.of(
                new AgentConfig.Tls(null, null, null),
                new AgentConfig.Tls("redis-ca", null, null),
                new AgentConfig.Tls("redis-ca", "redis-client", "redis.shop.svc"));
    }

    @ParameterizedTest
    @MethodSource("waysOfTls")
    void readsWhatItWroteOfTls(AgentConfig.Tls tls) throws AgentConfigException {
        AgentConfig config = new AgentConfig(
                Set.of(Features.TLS),
                CONFIG.revision(),
                CONFIG.backend(),
                new AgentConfig.Upstream("redis.shop.svc:6379", null, tls),
                CONFIG.port(),
                CONFIG.enforcement(),
                null,
                List.of());

        assertThat(AgentConfigYaml.read(AgentConfigYaml.write(config))).isEqualTo(config);
    }

    @Test
    void sameConfigurationSameBytes() throws AgentConfigException {
        String text = AgentConfigYaml.write(CONFIG);
        assertThat(AgentConfigYaml.write(AgentConfigYaml.read(text))).isEqualTo(text);
    }

    @Test
    void ignoresFieldsOfLaterVersions() throws AgentConfigException {
        String text =
                AgentConfigYaml.write(CONFIG).replace("\"port\": 6379,", "\"port\": 6379, \"later\": {\"a\": [1]},");
        assertThat(text).contains("later");
        assertThat(AgentConfigYaml.read(text)).isEqualTo(CONFIG);
    }

    @Test
    void refusesWhatItLacksAFeatureFor() {
        String text =
                AgentConfigYaml.write(CONFIG).replace("\"requires\": []", "\"requires\": [\"stampede\", \"origin\"]");
        AgentConfigException refused =
                catchThrowableOfType(AgentConfigException.class, () -> AgentConfigYaml.read(text));
        assertThat(refused.reason()).isEqualTo(Reason.AgentTooOld);
        assertThat(refused).hasMessageContaining("requires origin, stampede").hasMessageContaining("newer agent image");
    }

    /** Cut at the end of a line, a file is still valid YAML: without its end marker it would pass with fewer policies. */
    @Test
    void refusesEveryTruncation() {
        String text = AgentConfigYaml.write(CONFIG);
        IntStream.range(0, text.length() - "\n".length())
                .forEach(length -> assertThatExceptionOfType(AgentConfigException.class)
                        .as("the first %d bytes", length)
                        .isThrownBy(() -> AgentConfigYaml.read(text.substring(0, length))));
    }

    /** The form of that release, whose last good copy an agent may find after an upgrade. */
    @Test
    void readsWhatTheFirstReleaseWrote() throws Exception {
        try (InputStream file = AgentConfigYamlTest.class.getResourceAsStream("agent-0.1.0.yaml")) {
            assertThat(AgentConfigYaml.read(new String(file.readAllBytes(), StandardCharsets.UTF_8)))
                    .isEqualTo(CONFIG);
        }
    }

    /** As agents of that release do: for the parser of YAML, which the line break in front calls. */
    @Test
    void whatItWritesIsYaml() throws AgentConfigException {
        assertThat(AgentConfigYaml.read("\n" + AgentConfigYaml.write(CONFIG))).isEqualTo(CONFIG);
    }

    @Test
    void readsFlowStyleThatIsNotJson() throws AgentConfigException {
        String text = AgentConfigYaml.write(CONFIG).replaceAll("\"([a-zA-Z]+)\":", "$1:");
        assertThat(text).contains("{namespace: \"shop\"");
        assertThat(AgentConfigYaml.read(text)).isEqualTo(CONFIG);
    }

    @Test
    void writesALineForEachPolicy() {
        assertThat(AgentConfigYaml.write(CONFIG).lines())
                .filteredOn(line -> line.contains("keyPattern"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "port": 6379               | "port": 0                     | port 0 is not between 1 and 65535
                    "port": 6379               | "port": "many"                | port
                    redis.shop.svc:6379        | redis.shop.svc                | endpoint must have the form host:port
                    "revision": 7,             | "revision": null,             | revision has no value
                    "millis": 600000           | "millis": 0                   | shop/users: ttl.millis must be above zero
                    "jitterPercent": 10        | "jitterPercent": 51           | ttl.jitterPercent must lie between 0 and 50
                    "Ceiling"                  | "Sometimes"                   | policies[1].ttl.mode
                    "users"                    | "sessions"                    | policy shop/sessions is there twice
                    "user:{id}"                | "user:{id"                    | write {name} for a capture
                    "In"                       | "Like"                        | matchExpressions[0].operator
                    "jitterPercent": 10        | "jitter": 10                  | jitterPercent
                    "backend":                 | "backend": [                  | not YAML
                    }                          | } more: {                     | not YAML
                    """)
    void saysWhatIsWrong(String right, String wrong, String message) {
        String text = AgentConfigYaml.write(CONFIG);
        assertThat(text).contains(right);
        int last = text.lastIndexOf(right);
        String changed = text.substring(0, last) + wrong + text.substring(last + right.length());
        AgentConfigException refused =
                catchThrowableOfType(AgentConfigException.class, () -> AgentConfigYaml.read(changed));
        assertThat(refused).as(changed).isNotNull();
        assertThat(refused.reason()).isEqualTo(Reason.Malformed);
        assertThat(refused).hasMessageContaining(message);
    }
}
