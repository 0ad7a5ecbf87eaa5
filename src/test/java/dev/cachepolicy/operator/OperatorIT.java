package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.condition;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From resources to the agents' configuration, to Redis's settings and to statuses. */
class OperatorIT {

    private final RedisProcess redis = RedisProcess.start();
    private OperatorHarness operator;

    @BeforeEach
    void start() {
        operator = OperatorHarness.start();
    }

    @AfterEach
    void stop() {
        operator.close();
        redis.close();
    }

    @Test
    void policiesBecomeConfigurationAndMemoryBecomesRedisSettings() {
        operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi, evictionPolicy: allkeys-lru}");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.policy("carts", "shop", "cart:{id}", "1h");

        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        operator.awaitPolicy("carts", policyIs("Ready", "True", "Ready"));
        CacheBackend backend = operator.awaitBackend(
                "shop",
                backendIs("ConfigApplied", "True", "Applied")
                        .and(backendIs("Ready", "True", "Ready"))
                        .and(b -> b.getStatus().policies() == 2));

        AgentConfig config = operator.config("shop");
        assertThat(config.policies()).extracting(PolicyConfig::name).containsExactly("carts", "users");
        assertThat(config.upstream().endpoint()).isEqualTo(redis.endpoint());
        assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");
        assertThat(redis.cli("CONFIG", "GET", "maxmemory-policy")).endsWith("allkeys-lru");
        assertThat(backend.getStatus().redis().maxMemory()).isEqualTo("64Mi");
        assertThat(backend.getStatus().redis().original().maxMemory()).isEqualTo("0");
        assertThat(operator.configMap("shop").getMetadata().getOwnerReferences())
                .isEmpty();
        await().untilAsserted(
                        () -> assertThat(operator.events("SettingsApplied")).hasSize(1));
    }

    @Test
    void changeOfOnePolicyWritesTheStatusOfOne() {
        operator.backend("shop", redis.endpoint(), "");
        List<String> names = List.of("a", "b", "c", "d", "e");
        names.forEach(name -> operator.policy(name, "shop", name + ":{id}", "10m"));
        names.forEach(name -> operator.awaitPolicy(name, policyIs("Ready", "True", "Ready")));
        operator.awaitBackend(
                "shop",
                backendIs("Ready", "True", "Ready").and(b -> b.getStatus().policies() == 5));
        Map<String, String> before = versions(names);

        operator.policy("c", "shop", "c:{id}", "20m");
        operator.awaitPolicy("c", policyIs("Ready", "True", "Ready"));
        // The configuration of the next change comes after all statuses of this one.
        operator.policy("e", "shop", "e:{id}", "30m");
        operator.awaitPolicy("e", policyIs("Ready", "True", "Ready"));

        Map<String, String> after = versions(names);
        assertThat(names.stream().filter(name -> !before.get(name).equals(after.get(name))))
                .containsExactly("c", "e");
        AgentConfig config = operator.config("shop");
        assertThat(config.policies().get(4).revision()).isEqualTo(config.revision());
        assertThat(config.policies().get(2).revision()).isLessThan(config.revision());
        await().untilAsserted(() -> assertThat(operator.events("Programmed"))
                .anyMatch(event -> event.getRegarding().getName().equals("c")
                        && event.getNote().contains("ttl.value 10m -> 20m")));
    }

    private Map<String, String> versions(List<String> names) {
        Map<String, String> versions = new TreeMap<>();
        names.forEach(
                name -> versions.put(name, operator.policy(name).getMetadata().getResourceVersion()));
        return versions;
    }

    @Test
    void policyThatIsNotAcceptedSaysWhyAndIsNotInTheConfiguration() {
        operator.backend("shop", redis.endpoint(), """
                keyspace: ["user:**", "shop:**"]
                limits: {maxTTL: 24h}
                memory: {maxMemoryLimit: 256Mi}
                """);
        operator.policy("first", "shop", "user:{id}", "10m", "memory: {budget: 100Mi}");
        operator.awaitPolicy("first", policyIs("Ready", "True", "Ready"));

        operator.policy("second", "shop", "user:{id}", "5m");
        operator.policy("outside", "shop", "other:{id}", "5m");
        operator.policy("long", "shop", "shop:{id}", "48h");
        operator.policy("big", "shop", "shop:big:{id}", "5m", "memory: {budget: 1Gi}");
        operator.policy("pattern", "shop", "shop:{", "5m");

        CachePolicy second = operator.awaitPolicy("second", policyIs("Accepted", "False", "Conflicted"));
        operator.awaitPolicy("outside", policyIs("Accepted", "False", "OutsideKeyspace"));
        operator.awaitPolicy("long", policyIs("Accepted", "False", "TTLOutOfRange"));
        operator.awaitPolicy("big", policyIs("Accepted", "False", "BudgetExceeded"));
        operator.awaitPolicy("pattern", policyIs("Accepted", "False", "InvalidKeyPattern"));

        assertThat(condition(second.getStatus().conditions(), "Accepted").getMessage())
                .contains("first");
        assertThat(second).matches(policyIs("Stalled", "True", "Conflicted"));
        assertThat(second).matches(policyIs("Programmed", "False", "Conflicted"));
        assertThat(operator.config("shop").policies())
                .extracting(PolicyConfig::name)
                .containsExactly("first");
        assertThat(operator.backend("shop").getStatus().policies()).isEqualTo(1);

        operator.client().resource(operator.policy("first")).delete();
        operator.awaitPolicy("second", policyIs("Ready", "True", "Ready"));
    }

    @Test
    void policyWaitsForItsBackendAndSeesItGoAndComeBack() {
        operator.policy("users", "shop", "user:{id}", "10m");
        CachePolicy alone = operator.awaitPolicy("users", policyIs("ResolvedRefs", "False", "BackendNotFound"));
        assertThat(alone).matches(policyIs("Ready", "False", "BackendNotFound"));
        assertThat(alone).matches(policyIs("Stalled", "False", "Progressing"));

        operator.backend("shop", redis.endpoint(), "");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));

        operator.deleteBackend("shop");
        operator.awaitPolicy("users", policyIs("ResolvedRefs", "False", "BackendNotFound"));

        operator.backend("shop", redis.endpoint(), "");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        assertThat(operator.config("shop").backend().uid())
                .isEqualTo(operator.backend("shop").getMetadata().getUid());
    }

    @Test
    void policyThatMovesLeavesItsFirstBackend() {
        operator.backend("one", redis.endpoint(), "management: Observe");
        operator.backend("two", redis.endpoint(), "management: Observe");
        operator.policy("users", "one", "user:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        assertThat(operator.config("one").policies()).hasSize(1);

        // A backend gets a look every ten seconds anyway; ten moves within thirty do not wait for those.
        Instant end = Instant.now().plusSeconds(30);
        for (int move = 0; move < 10; move++) {
            String from = move % 2 == 0 ? "one" : "two";
            String to = move % 2 == 0 ? "two" : "one";
            operator.policy("users", to, "user:{id}", "10m");

            await().atMost(Duration.between(Instant.now(), end)).untilAsserted(() -> {
                assertThat(operator.config(from).policies()).isEmpty();
                assertThat(operator.config(to).policies()).hasSize(1);
            });
        }
    }

    @Test
    void configMapChangedByHandIsPutRight() {
        operator.backend("shop", redis.endpoint(), "");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        AgentConfig published = operator.config("shop");

        operator.client().resource(operator.configMap("shop")).edit(configMap -> {
            configMap.getData().put(AgentConfig.FILE_NAME, "policies: []");
            return configMap;
        });

        await().untilAsserted(
                        () -> assertThat(operator.configMap("shop").getData().get(AgentConfig.FILE_NAME))
                                .contains("user:{id}"));
        assertThat(operator.config("shop").revision()).isGreaterThan(published.revision());
    }

    @Test
    void operatorThatComesBackDoesWhatItMissedAndRewritesNothingElse() {
        operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.policy("carts", "shop", "cart:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        operator.awaitPolicy("carts", policyIs("Ready", "True", "Ready"));
        operator.awaitBackend(
                "shop",
                backendIs("ConfigApplied", "True", "Applied")
                        .and(b -> b.getStatus().policies() == 2));

        operator.stopOperator();
        String carts = operator.policy("carts").getMetadata().getResourceVersion();
        String backend = operator.backend("shop").getMetadata().getResourceVersion();
        operator.policy("users", "shop", "user:{id}", "20m");
        operator.startOperator();

        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        assertThat(operator.config("shop").policies().get(1).ttl().millis()).isEqualTo(1_200_000);
        assertThat(operator.policy("carts").getMetadata().getResourceVersion()).isEqualTo(carts);
        assertThat(operator.backend("shop").getMetadata().getResourceVersion()).isEqualTo(backend);
    }
}
