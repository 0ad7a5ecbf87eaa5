package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cachepolicy.injector.certificates.CertificateDirectory;
import dev.cachepolicy.injector.certificates.CertificateOptions;
import dev.cachepolicy.operator.OperatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class OperatorCommandTest {

    private static OperatorOptions options(Map<String, String> environment, String... arguments) {
        OperatorCommand command = new OperatorCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.options(environment);
    }

    private static Set<String> hosts(OperatorOptions options) {
        return ((CertificateOptions) Objects.requireNonNull(options.webhooks()).certificates()).hosts();
    }

    @Test
    void inAPodItElectsALeaderUnderThePodsName() {
        OperatorOptions options = options(Map.of("POD_NAME", "operator-0"), "--namespace", "platform");
        assertThat(options.leaderElection()).isTrue();
        assertThat(options.identity()).isEqualTo("operator-0");
        assertThat(hosts(options)).contains("cachepolicy-operator.platform.svc");
    }

    @Test
    void elsewhereItLeadsAtOnceAndIsReachedOnThisMachine() {
        OperatorOptions options = options(Map.of());
        assertThat(options.leaderElection()).isFalse();
        assertThat(options.identity()).isNotEqualTo(options(Map.of()).identity());
        assertThat(options.poll()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.watchedNamespaces()).isEmpty();
        assertThat(hosts(options)).containsExactlyInAnyOrder("localhost", "127.0.0.1");
    }

    @Test
    void everythingCanBeSaid() {
        OperatorOptions options = options(
                Map.of("POD_NAME", "operator-0"),
                "--leader-election=false",
                "--watch-namespaces=a,b",
                "--redis-poll=1m",
                "--bind=127.0.0.1",
                "--http-port=0",
                "--webhook-hosts=hooks.example",
                "--agent-image=registry.example/cachepolicy:1",
                "--agent-image-pull-policy=Never",
                "--cluster-id=blue");
        assertThat(options.leaderElection()).isFalse();
        assertThat(options.watchedNamespaces()).containsExactlyInAnyOrder("a", "b");
        assertThat(options.poll()).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.http().getAddress().isLoopbackAddress()).isTrue();
        assertThat(hosts(options)).containsExactly("hooks.example");
        assertThat(options.clusterId()).isEqualTo("blue");
        assertThat(Objects.requireNonNull(options.webhooks()).agentImage().reference())
                .isEqualTo("registry.example/cachepolicy:1");
    }

    @Test
    void webhooksCanBeLeftOut() {
        assertThat(options(Map.of(), "--webhooks=false").webhooks()).isNull();
    }

    @Test
    void certificatesCanBeSomebodyElses() {
        OperatorOptions options = options(Map.of(), "--webhook-certificate-dir=/etc/hooks");
        assertThat(Objects.requireNonNull(options.webhooks()).certificates())
                .isEqualTo(new CertificateDirectory(Path.of("/etc/hooks")));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments("--redis-poll=30", "--redis-poll '30' has no unit: write 30s"),
                arguments("--redis-poll=301s", "--redis-poll 301s is longer than 5m"),
                arguments("--http-port=70000", "--http-port 70000 is not between 0 and 65535"),
                arguments("--webhook-port=-1", "--webhook-port -1 is not between 0 and 65535"),
                arguments(
                        "--agent-image-pull-policy=Sometimes",
                        "--agent-image-pull-policy Sometimes is not Always, IfNotPresent or Never"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeIsAnsweredWithWhatToWrite(String argument, String message) {
        assertThatThrownBy(() -> options(Map.of(), argument))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining(message);
    }
}
