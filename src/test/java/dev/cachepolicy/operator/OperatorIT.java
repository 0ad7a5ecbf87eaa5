package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.RedisProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From resources to configuration, to Redis's settings and to statuses. */
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
                backendIs("Ready", "True", "Ready").and(b -> b.getStatus().policies() == 2));

        AgentConfig config = operator.config("shop");
        assertThat(config.policies()).extracting(PolicyConfig::name).containsExactly("carts", "users");
        assertThat(config.upstream().endpoint()).isEqualTo(redis.endpoint());
        assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");
        assertThat(redis.cli("CONFIG", "GET", "maxmemory-policy")).endsWith("allkeys-lru");
        assertThat(backend.getStatus().redis().maxMemory()).isEqualTo("64Mi");
        assertThat(backend.getStatus().redis().original().maxMemory()).isEqualTo("0");
        assertThat(operator.configMap("shop").getMetadata().getOwnerReferences())
                .isEmpty();
    }
}
