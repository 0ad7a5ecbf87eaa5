package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.testing.CutProxy;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the operator treats an API server: it asks nothing of it in a steady state, and outlives its absence. */
class ApiServerIT {

    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /** By default two reconciliations of the backend and twenty polls of Redis; {@code make soak} waits two minutes. */
    private static final Duration IDLE = Duration.ofSeconds(Integer.getInteger("idle.seconds", 20));

    @Test
    void steadyStateWritesNothing(@TempDir Path directory) throws Exception {
        Path policy = directory.resolve("audit.yaml");
        Path log = directory.resolve("audit.log");
        Files.writeString(policy, """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules: [{level: Metadata}]
                """);
        try (KubeApi api = KubeApi.start(List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log));
                RedisProcess redis = RedisProcess.start();
                OperatorHarness operator = OperatorHarness.startClusterWide(api)) {
            operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}\ndeletionPolicy: Restore");
            for (int i = 0; i < 10; i++) {
                operator.policy("p" + i, "shop", "p" + i + ":{id}", "10m");
            }
            operator.agentPod("web", "shop", Map.of());
            for (int i = 0; i < 10; i++) {
                operator.awaitPolicy("p" + i, policyIs("Ready", "True", "Ready"));
            }
            operator.awaitBackend("shop", backendIs("ConfigApplied", "True", "Applied"));
            // Events and pods that are touched trail behind.
            await().atMost(Duration.ofSeconds(60))
                    .during(Duration.ofSeconds(3))
                    .until(() -> writes(log), new Unchanged());
            int before = writes(log).size();
            assertThat(before).as("writes while it worked").isGreaterThan(10);
            long sets = configSets(redis);

            await().atMost(IDLE.plusSeconds(30))
                    .during(IDLE)
                    .untilAsserted(() -> assertThat(writes(log)).hasSize(before));
            assertThat(configSets(redis)).isEqualTo(sets);
        }
    }

    private static long configSets(RedisProcess redis) {
        return redis.cli("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_config|set:calls="))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*calls=([0-9]+),.*", "$1")))
                .sum();
    }

    /** What the operator wrote: this test itself uses the client that is not named so. */
    private static List<String> writes(Path log) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<String> writes = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            JsonNode event = mapper.readTree(line);
            boolean ours = event.path("requestURI").asText().contains("/namespaces/test-");
            if (ours && WRITES.contains(event.path("verb").asText())) {
                writes.add(event.path("verb").asText() + " "
                        + event.path("requestURI").asText());
            }
        }
        return writes;
    }

    private static final class Unchanged implements Predicate<List<String>> {

        private List<String> last = List.of();

        @Override
        public boolean test(List<String> now) {
            boolean same = now.size() == last.size();
            last = now;
            return same;
        }
    }

    @Test
    void operatorOutlivesAnApiServerThatIsAway() throws Exception {
        KubeApi api = KubeApi.shared();
        try (CutProxy proxy = CutProxy.to(api.client().getMasterUrl().getPort());
                RedisProcess redis = RedisProcess.start();
                OperatorHarness operator = OperatorHarness.startThrough(api, proxy.port())) {
            operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");
            operator.policy("users", "shop", "user:{id}", "10m");
            operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
            operator.awaitBackend("shop", backendIs("ConfigApplied", "True", "Applied"));

            proxy.cut();
            operator.policy("users", "shop", "user:{id}", "20m");
            operator.policy("carts", "shop", "cart:{id}", "10m");
            redis.cli("CONFIG", "SET", "maxmemory", "1mb");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864"));
            assertThat(operator.config("shop").policies()).hasSize(1);
            proxy.mend();

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(operator.policy("users")).matches(policyIs("Ready", "True", "Ready"));
                assertThat(operator.policy("users").getStatus().observedGeneration())
                        .isEqualTo(2);
                assertThat(operator.config("shop").policies()).hasSize(2);
            });
            assertThat(operator.ended()).isZero();
        }
    }

    @Test
    void operatorThatStartsBeforeTheApiServerWaitsForIt() throws Exception {
        KubeApi api = KubeApi.shared();
        try (CutProxy proxy = CutProxy.to(api.client().getMasterUrl().getPort());
                RedisProcess redis = RedisProcess.start()) {
            proxy.cut();
            try (OperatorHarness operator = OperatorHarness.startThrough(api, proxy.port())) {
                assertThat(operator.probe("/healthz")).isEqualTo(200);
                assertThat(operator.probe("/readyz")).isEqualTo(503);
                operator.backend("shop", redis.endpoint(), "");
                operator.policy("users", "shop", "user:{id}", "10m");

                proxy.mend();

                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    assertThat(operator.probe("/readyz")).isEqualTo(200);
                    assertThat(operator.policy("users").getStatus()).isNotNull();
                });
                operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
                assertThat(operator.ended()).isZero();
            }
        }
    }
}
