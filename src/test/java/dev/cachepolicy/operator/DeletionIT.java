package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of a backend that is deleted, and what holds its deletion up. */
class DeletionIT {

    private final RedisProcess redis = RedisProcess.start("--maxmemory", "10mb");
    private OperatorHarness operator;

    @BeforeEach
    void start() {
        operator = OperatorHarness.startClusterWide(KubeApi.shared());
    }

    @AfterEach
    void stop() {
        operator.close();
        redis.close();
    }

    private void backend(String more) {
        operator.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}\n" + more);
        operator.awaitBackend("shop", backendIs("ConfigApplied", "True", "Applied"));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private void isGone() {
        soon().untilAsserted(() -> assertThat(operator.backend("shop")).isNull());
    }

    @Test
    void settingsAreRetainedWithoutAFinalizer() {
        backend("");
        assertThat(operator.backend("shop").getMetadata().getFinalizers()).isEmpty();

        operator.deleteBackend("shop");

        isGone();
        assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");
        soon().untilAsserted(() ->
                assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("0"));
    }

    @Test
    void settingsAreRestoredBeforeTheBackendGoes() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .containsExactly(Names.RESTORE_FINALIZER));

        operator.deleteBackend("shop");

        isGone();
        assertThat(redis.cli("CONFIG", "GET", "maxmemory")).endsWith("10485760");
        await().untilAsserted(() -> assertThat(operator.events("Restored")).hasSize(1));
    }

    @Test
    void finalizerGoesWithTheWishToRestore() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());

        backend("deletionPolicy: Retain");

        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isEmpty());
    }

    @Test
    void finalizerGivesWayToARedisThatStaysAwayForTenMinutes() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());
        redis.kill();
        operator.deleteBackend("shop");
        operator.clock().advance(Duration.ofMinutes(9));
        await().during(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(30))
                .until(() -> operator.backend("shop") != null);

        operator.clock().advance(Duration.ofMinutes(2));

        isGone();
        await().untilAsserted(() -> assertThat(operator.events("RestoreAbandoned"))
                .singleElement()
                .satisfies(event -> assertThat(event.getNote()).contains("maxmemory 10485760")));
    }

    @Test
    void finalizerGivesWayToATerminatingNamespaceAtOnce() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());
        redis.kill();
        operator.client().namespaces().withName(operator.namespace()).delete();

        operator.deleteBackend("shop");

        soon().untilAsserted(() -> assertThat(operator.backend("shop")).isNull());
    }

    /** One of the whole cluster and one of this namespace: each would undo what the other does, for ever. */
    @Test
    void operatorThatFindsAnotherSaysSoAndLeavesItTheFinalizer() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());
        try (OperatorHarness _ = operator.another("of-this-namespace")) {
            soon().untilAsserted(() ->
                    assertThat(operator.events("OperatorsOverlap")).hasSize(1));

            AtomicReference<String> version = new AtomicReference<>("");
            soon().during(Duration.ofSeconds(3)).until(() -> {
                String now = operator.backend("shop").getMetadata().getResourceVersion();
                return now.equals(version.getAndSet(now));
            });
            assertThat(operator.backend("shop").getMetadata().getFinalizers()).isNotEmpty();
            assertThat(operator.events("OperatorsOverlap")).hasSize(1);
        }
    }

    @Test
    void operatorOfANamespaceHoldsUpNoDeletionThatBeganUnderAnother() {
        backend("deletionPolicy: Restore");
        soon().untilAsserted(
                        () -> assertThat(operator.backend("shop").getMetadata().getFinalizers())
                                .isNotEmpty());
        operator.stopOperator();
        operator.deleteBackend("shop");
        try (OperatorHarness _ = operator.another("of-this-namespace")) {
            isGone();
            soon().untilAsserted(() -> assertThat(operator.events("RestoreAbandoned"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getNote()).contains("maxmemory 10485760")));
        }
        operator.startOperator();
    }

    @Test
    void configMapStaysUntilTheLastPodThatMountsItIsGone() {
        backend("");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        Pod pod = operator.agentPod("web", "shop", Map.of());

        operator.deleteBackend("shop");
        operator.awaitPolicy("users", policyIs("ResolvedRefs", "False", "BackendNotFound"));
        await().during(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(30))
                .until(() -> operator.configMap("shop") != null);

        operator.client().resource(pod).withGracePeriod(0).delete();
        soon().untilAsserted(() -> assertThat(operator.configMap("shop")).isNull());
    }

    @Test
    void configMapOfABackendThatWentWhileNoOperatorRanIsRemoved() {
        backend("");
        operator.stopOperator();
        operator.deleteBackend("shop");
        assertThat(operator.configMap("shop")).isNotNull();

        operator.startOperator();

        soon().untilAsserted(() -> assertThat(operator.configMap("shop")).isNull());
    }
}
