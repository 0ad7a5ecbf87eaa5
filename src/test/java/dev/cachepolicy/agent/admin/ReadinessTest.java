package dev.cachepolicy.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.reload.BackendConfig;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.metrics.Health;
import dev.cachepolicy.testing.AgentConfigs;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadinessTest {

    private static final BackendConfig NONE = new BackendConfig(null, null);
    private static final BackendConfig GOOD = new BackendConfig(AgentConfigs.config(3, "redis:6379", 6379), null);
    private static final Refusal CUT = new Refusal(Reason.Malformed, "the file is cut short");

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(Map.of(), Map.of(), false, Health.failing("there is no configuration of any backend yet")),
                Arguments.of(Map.of("a", GOOD), Map.of(), false, Health.ok("following a at revision 3")),
                Arguments.of(
                        Map.of("a", GOOD, "b", NONE),
                        Map.of(),
                        false,
                        Health.failing("there is no configuration yet of b")),
                Arguments.of(
                        Map.of("a", new BackendConfig(null, CUT), "b", NONE),
                        Map.of(),
                        false,
                        Health.failing("there is no configuration yet of a (refused: the file is cut short), b")),
                Arguments.of(
                        Map.of("a", new BackendConfig(GOOD.config(), CUT)),
                        Map.of(),
                        false,
                        Health.ok("following a at revision 3")),
                Arguments.of(
                        Map.of("a", GOOD),
                        Map.of("a", "port 6379 is in use"),
                        false,
                        Health.failing("port 6379 is in use")),
                Arguments.of(Map.of("a", GOOD), Map.of(), true, Health.failing("draining: the agent is about to end")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isReadyWhenEveryBackendHasAConfigurationAndItsPort(
            Map<String, BackendConfig> backends, Map<String, String> listenErrors, boolean draining, Health expected) {
        assertThat(Readiness.of(new TreeMap<>(backends), listenErrors, draining))
                .isEqualTo(expected);
    }
}
