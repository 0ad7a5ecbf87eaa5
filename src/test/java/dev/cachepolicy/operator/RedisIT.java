package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.condition;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a backend whose Redis is not as it should be. */
class RedisIT {

    private OperatorHarness operator;

    @BeforeEach
    void start() {
        operator = OperatorHarness.start();
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    @Test
    void observedRedisIsReadAndNeverWritten() {
        try (RedisProcess redis = RedisProcess.start()) {
            operator.backend("shop", redis.endpoint(), "management: Observe\nmemory: {maxMemory: 64Mi}");

            CacheBackend backend = operator.awaitBackend("shop", backendIs("Ready", "True", "Observed"));

            assertThat(backend).matches(backendIs("ConfigApplied", "True", "Observed"));
            assertThat(condition(backend.getStatus().conditions(), "ConfigApplied")
                            .getMessage())
                    .contains("maxmemory");
            assertThat(condition(backend.getStatus().conditions(), "Ready").getMessage())
                    .startsWith("agents have their configuration; nothing is written to Redis; these differ:"
                            + " maxmemory is 0, wanted 67108864; ");
            assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("0");
        }
    }

    @Test
    void secondBackendOfARedisOnlyObservesAndTakesOverWhenTheFirstGoes() {
        try (RedisProcess redis = RedisProcess.start()) {
            operator.backend("first", redis.endpoint(), "memory: {maxMemory: 64Mi}");
            operator.awaitBackend("first", backendIs("ConfigApplied", "True", "Applied"));

            operator.backend("second", redis.endpoint(), "memory: {maxMemory: 32Mi}");
            operator.policy("users", "second", "user:{id}", "10m");
            CacheBackend second = operator.awaitBackend("second", backendIs("ConfigApplied", "False", "RedisClaimed"));

            assertThat(condition(second.getStatus().conditions(), "ConfigApplied")
                            .getMessage())
                    .contains("first");
            assertThat(second).matches(backendIs("Ready", "False", "RedisClaimed"));
            operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
            assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");

            operator.deleteBackend("first");
            operator.awaitBackend("second", backendIs("ConfigApplied", "True", "Applied"));
            assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("33554432");
        }
    }

    @Test
    void redisThatIsAwayChangesNoPolicyAndIsSeenWhenItIsBack() {
        int port = Ports.free();
        try (RedisProcess redis = RedisProcess.startAt(port)) {
            operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");
            operator.policy("users", "shop", "user:{id}", "10m");
            operator.awaitBackend(
                    "shop",
                    backendIs("Ready", "True", "Ready").and(b -> b.getStatus().policies() == 1));
            operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
            String policy = operator.policy("users").getMetadata().getResourceVersion();

            redis.kill();
            CacheBackend away = operator.awaitBackend("shop", backendIs("Reachable", "False", "ConnectionFailed"));
            assertThat(condition(away.getStatus().conditions(), "Reachable").getMessage())
                    .containsOnlyOnce(redis.endpoint());
            redis.restart();
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));

            assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");
            assertThat(operator.policy("users").getMetadata().getResourceVersion())
                    .isEqualTo(policy);
            await().untilAsserted(() -> {
                assertThat(operator.events("Unreachable")).hasSize(1);
                assertThat(operator.events("ReachableAgain")).hasSize(1);
            });
        }
    }

    @Test
    void driftIsCorrectedWithOneEvent() {
        try (RedisProcess redis = RedisProcess.start()) {
            operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");
            operator.awaitBackend("shop", backendIs("ConfigApplied", "True", "Applied"));

            redis.cli("CONFIG", "SET", "maxmemory", "1mb");

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");
                assertThat(operator.events("DriftCorrected"))
                        .singleElement()
                        .satisfies(event -> assertThat(event.getNote())
                                .contains("maxmemory")
                                .contains("67108864"));
            });
        }
    }

    @Test
    void secretIsWaitedForAndItsRotationIsFollowed() {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "first")) {
            operator.backend(
                    "shop", redis.endpoint(), "auth: {adminSecretRef: {name: redis-admin}}\nmemory: {maxMemory: 64Mi}");
            CacheBackend backend = operator.awaitBackend("shop", backendIs("Reachable", "False", "SecretNotFound"));
            assertThat(condition(backend.getStatus().conditions(), "Reachable").getMessage())
                    .contains(operator.namespace() + "/redis-admin");
            assertThat(backend).matches(backendIs("ConfigApplied", "Unknown", "SecretNotFound"));
            assertThat(condition(backend.getStatus().conditions(), "ConfigApplied")
                            .getMessage())
                    .contains(operator.namespace() + "/redis-admin does not exist: create it with the key password");

            secret("pass", "forgotten");
            operator.clock().advance(Duration.ofMinutes(1));
            backend = operator.awaitBackend("shop", backendIs("ConfigApplied", "Unknown", "SecretInvalid"));
            assertThat(condition(backend.getStatus().conditions(), "ConfigApplied")
                            .getMessage())
                    .contains(operator.namespace() + "/redis-admin has no key password: add it");

            secret("wrong");
            operator.clock().advance(Duration.ofMinutes(1));
            operator.awaitBackend("shop", backendIs("Reachable", "False", "WrongPassword"));

            secret("first");
            operator.clock().advance(Duration.ofMinutes(1));
            operator.awaitBackend("shop", backendIs("Reachable", "True", "Connected"));

            redis.cli("-a", "first", "CONFIG", "SET", "requirepass", "second");
            redis.cli("-a", "second", "CLIENT", "KILL", "TYPE", "normal");
            secret("second");
            operator.clock().advance(Duration.ofMinutes(1));
            redis.cli("-a", "second", "CONFIG", "SET", "maxmemory", "1mb");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(redis.cli("-a", "second", "CONFIG", "GET", "maxmemory"))
                            .endsWith("67108864"));

            assertThat(operator.backend("shop").toString() + operator.events("Unreachable"))
                    .doesNotContain("first", "second", "wrong");
        }
    }

    @Test
    void secretOfTheAgentsIsMissedBeforeTheirPodsAreAndWaitedFor() {
        try (RedisProcess redis = RedisProcess.start()) {
            operator.backend("shop", redis.endpoint(), "auth: {agentSecretRef: {name: redis-app}}");

            CacheBackend backend = operator.awaitBackend(
                    "shop",
                    backendIs("Ready", "False", "SecretNotFound").and(backendIs("Reachable", "True", "Connected")));
            assertThat(condition(backend.getStatus().conditions(), "Ready").getMessage())
                    .isEqualTo("agents cannot start without their user: Secret " + operator.namespace()
                            + "/redis-app does not exist: create it with the key password and, unless it is the"
                            + " default user's, the key username");
            assertThat(backend).matches(backendIs("Accepted", "True", "Accepted"));
            assertThat(backend).matches(backendIs("Stalled", "False", "Progressing"));
            await().untilAsserted(
                            () -> assertThat(operator.events("SecretNotFound")).hasSize(1));

            secret("redis-app", "pass", "forgotten");
            operator.clock().advance(Duration.ofMinutes(1));
            backend = operator.awaitBackend("shop", backendIs("Ready", "False", "SecretInvalid"));
            assertThat(condition(backend.getStatus().conditions(), "Ready").getMessage())
                    .contains("/redis-app has no key password: add it");
            await().untilAsserted(
                            () -> assertThat(operator.events("SecretInvalid")).hasSize(1));

            secret("redis-app", "password", "hidden");
            operator.clock().advance(Duration.ofMinutes(1));
            backend = operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
            assertThat(operator.events("SecretNotFound")).hasSize(1);
            assertThat(backend.toString()).doesNotContain("hidden");
        }
    }

    @Test
    void portOfAnotherProgramIsToldApartFromARedisThatIsAway() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
        http.start();
        try {
            operator.backend("shop", "127.0.0.1:" + http.getAddress().getPort(), "");

            CacheBackend backend = operator.awaitBackend("shop", backendIs("Reachable", "False", "ConnectionFailed"));
            assertThat(condition(backend.getStatus().conditions(), "Reachable").getMessage())
                    .contains("check that the port is that of a Redis, and with spec.tls whether it speaks TLS");
        } finally {
            http.stop(0);
        }
    }

    private void secret(String password) {
        secret("password", password);
    }

    private void secret(String key, String value) {
        secret("redis-admin", key, value);
    }

    private void secret(String name, String key, String value) {
        operator.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(operator.namespace())
                        .withName(name)
                        .endMetadata()
                        .addToStringData(key, value)
                        .build())
                .serverSideApply();
    }

    @Test
    void redisWithoutConfigIsNamedWithWhatToSetByHand() {
        try (RedisProcess redis = RedisProcess.start("--rename-command", "CONFIG", "")) {
            operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");

            CacheBackend backend =
                    operator.awaitBackend("shop", backendIs("ConfigApplied", "False", "ConfigCommandUnavailable"));

            assertThat(condition(backend.getStatus().conditions(), "ConfigApplied")
                            .getMessage())
                    .contains("maxmemory 67108864");
        }
    }

    @Test
    void redisThatNeverAnswersHoldsUpNobody() {
        try (RedisProcess frozen = RedisProcess.start();
                RedisProcess redis = RedisProcess.start()) {
            frozen.freeze();
            operator.backend("frozen", frozen.endpoint(), "");
            CacheBackend away = operator.awaitBackend("frozen", backendIs("Reachable", "False", "Timeout"));
            assertThat(condition(away.getStatus().conditions(), "Reachable").getMessage())
                    .isEqualTo(frozen.endpoint() + ": no answer to INFO in time");

            long start = System.nanoTime();
            operator.backend("shop", redis.endpoint(), "");
            operator.policy("users", "shop", "user:{id}", "10m");
            operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
            frozen.thaw();
            operator.awaitBackend("frozen", backendIs("Ready", "True", "Ready"));
        }
    }
}
