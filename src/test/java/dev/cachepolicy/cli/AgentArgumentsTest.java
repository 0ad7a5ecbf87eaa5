package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cachepolicy.agent.AgentOptions;
import dev.cachepolicy.agent.reload.Directories;
import dev.cachepolicy.config.Heartbeat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentArgumentsTest {

    private static final Map<String, String> POD = Map.of(
            "POD_NAMESPACE", "shop", "POD_NAME", "web-0", "POD_UID", "u1", "CACHEPOLICY_BACKENDS", "shop-redis, other");

    @Test
    void inAPodTheEnvironmentSaysTheRest() throws UsageException {
        AgentOptions options = AgentArguments.parse(List.of(), POD);

        assertThat(options.directories())
                .isEqualTo(new Directories(
                        Path.of("/etc/cachepolicy/config"),
                        Path.of("/etc/cachepolicy/secrets"),
                        Path.of("/var/lib/cachepolicy"),
                        Path.of("/etc/cachepolicy/pod")));
        assertThat(options.self()).contains(new Heartbeat.Agent("shop", "web-0", "u1"));
        assertThat(options.expected()).containsExactlyInAnyOrder("shop-redis", "other");
        assertThat(options.bind().isLoopbackAddress()).isTrue();
        assertThat(options.admin().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(options.admin().getPort()).isEqualTo(9147);
        assertThat(options.eventLoops()).isEqualTo(1);
    }

    @Test
    void onALaptopThereIsNoPodAndNoState() throws UsageException {
        AgentOptions options = AgentArguments.parse(List.of("--config", "target"), Map.of("POD_NAME", "alone"));

        assertThat(options.self()).isEqualTo(Optional.empty());
        assertThat(options.directories().state()).isNull();
        assertThat(options.expected()).isEmpty();
    }

    @Test
    void theCommandLineWins() throws UsageException {
        AgentOptions options = AgentArguments.parse(
                List.of("--expect-backends=a", "--state", "s", "--admin-port=0", "--bind", "::1", "--event-loops", "2"),
                POD);

        assertThat(options.expected()).containsExactly("a");
        assertThat(options.directories().state()).isEqualTo(Path.of("s"));
        assertThat(options.admin().getPort()).isZero();
        assertThat(options.bind().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(options.eventLoops()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --cofig target       | unknown option '--cofig'; there are --config, --secrets
            target               | unknown option 'target'
            --config             | --config wants a value: --config DIR
            --config pom.xml     | is not a directory: name the one that holds <backend>/agent.yaml
            --admin-port 65536   | --admin-port 65536 is not between 0 and 65535
            --admin-port http    | --admin-port http is not between 0 and 65535
            --event-loops 0      | --event-loops 0 is not between 1 and 64
            --bind 1.2.3.4.5     | --bind 1.2.3.4.5 is not an address
            """)
    void saysWhatToWriteInstead(String args, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> AgentArguments.parse(List.of(args.split(" ")), Map.of()))
                .withMessageContaining(message);
    }
}
