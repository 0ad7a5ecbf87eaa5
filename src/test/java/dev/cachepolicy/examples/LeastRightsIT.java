package dev.cachepolicy.examples;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.OperatorHarness;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator as the user of {@code examples/platform/users.acl}: these rights are enough, and each is needed. */
class LeastRightsIT {

    private static final String OPERATOR = "cachepolicy-operator";

    @TempDir
    Path directory;

    private RedisProcess redis;
    private OperatorHarness operator;

    @BeforeEach
    void start() throws IOException {
        // Somebody must be able to look: the example leaves the default user without any right.
        List<String> users = Stream.concat(
                        Files.readAllLines(Path.of("examples/platform/users.acl")).stream(),
                        Stream.of("user watcher on >watcher +@all ~* &*"))
                .toList();
        redis = RedisProcess.start(
                "--aclfile", Files.write(directory.resolve("users.acl"), users).toString());
        operator = OperatorHarness.start();
        secret("redis-admin", OPERATOR, "change-me-operator");
        secret("redis-app", "cachepolicy-agent", "change-me-agent");
    }

    @AfterEach
    void stop() {
        operator.close();
        redis.close();
    }

    private void secret(String name, String username, String password) {
        operator.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(operator.namespace())
                        .withName(name)
                        .endMetadata()
                        .withStringData(Map.of("username", username, "password", password))
                        .build())
                .create();
    }

    private String watcher(String... command) {
        return redis.cli(Stream.concat(Stream.of("--user", "watcher", "--pass", "watcher"), Stream.of(command))
                .toArray(String[]::new));
    }

    private void backend() {
        operator.backend(
                "shop",
                redis.endpoint(),
                "auth: {adminSecretRef: {name: redis-admin}, agentSecretRef: {name: redis-app}}\n"
                        + "memory: {maxMemory: 64Mi}");
        operator.policy("users", "shop", "user:{id}", "10m");
    }

    @Test
    void theyAreEnough() {
        backend();

        operator.awaitBackend("shop", backendIs("ConfigApplied", "True", "Applied"));
        operator.awaitBackend("shop", backendIs("Reachable", "True", "Connected"));
        operator.awaitPolicy("users", policyIs("AgentsSynced", "Unknown", "NoAgents"));
        operator.stopOperator();
        assertThat(watcher("ACL", "LOG")).as("what Redis denied").isEmpty();
        operator.startOperator();
    }

    static Stream<String> rights() throws IOException {
        return Files.readAllLines(Path.of("examples/platform/users.acl")).stream()
                .filter(line -> line.startsWith("user " + OPERATOR))
                .flatMap(line -> Stream.of(line.split(" ")))
                .filter(rule -> rule.startsWith("+"))
                // Leaving a subscription and asking in advance go wrong in silence; the guide says so of the latter.
                .filter(rule -> !rule.equals("+unsubscribe") && !rule.equals("+acl|dryrun"));
    }

    @ParameterizedTest
    @MethodSource("rights")
    void withoutOneAConditionNamesIt(String right) {
        assertThat(watcher("ACL", "SETUSER", OPERATOR, "-" + right.substring(1)))
                .isEqualTo("OK");
        backend();

        operator.awaitBackend(
                "shop",
                backend -> backend.getStatus().conditions().stream()
                        .anyMatch(condition -> (condition.getReason().equals("MissingPermissions")
                                        || condition.getReason().equals("NotPermitted"))
                                && condition.getMessage().contains(right)));
    }
}
