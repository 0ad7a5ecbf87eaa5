package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.CutProxy;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LeaderElectionIT {

    private static final Duration WITHIN = Duration.ofSeconds(30);

    /** A Lease that nobody waits out: who leads after {@link #WITHIN} was given it. */
    private static final Leadership.Times LONG =
            new Leadership.Times(Duration.ofSeconds(60), Duration.ofSeconds(50), Duration.ofMillis(300));

    /** A Lease that is waited out. */
    private static final Leadership.Times SHORT =
            new Leadership.Times(Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofMillis(300));

    private final KubeApi api = KubeApi.shared();
    private final String namespace = api.newNamespace();
    private final List<String> leads = new CopyOnWriteArrayList<>();
    private final List<String> lost = new CopyOnWriteArrayList<>();

    private Leadership join(KubernetesClient client, String identity, Leadership.Times times) {
        return join(client, OperatorOptions.LEASE, identity, times);
    }

    private Leadership join(KubernetesClient client, String lease, String identity, Leadership.Times times) {
        return Leadership.start(
                client, namespace, lease, identity, times, () -> leads.add(identity), () -> lost.add(identity));
    }

    @Test
    void eachLeaseOfANamespaceHasALeader() {
        try (Leadership _ = join(api.client(), "tenant-a", "first", LONG);
                Leadership _ = join(api.client(), "tenant-b", "second", LONG)) {
            await().atMost(WITHIN).untilAsserted(() -> assertThat(leads).containsExactlyInAnyOrder("first", "second"));
        }
    }

    @Test
    void oneLeadsAndTheNextTakesOverAtOnceWhenItEndsInOrder() {
        Leadership first = join(api.client(), "first", LONG);
        await().untilAsserted(() -> assertThat(leads).containsExactly("first"));
        try (Leadership _ = join(api.client(), "second", LONG)) {
            await().during(Duration.ofSeconds(1)).atMost(WITHIN).until(() -> leads.size() == 1);
            first.close();

            await().atMost(WITHIN).untilAsserted(() -> assertThat(leads).containsExactly("first", "second"));
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void leaderThatCannotRenewIsToldBeforeTheNextLeads() throws Exception {
        try (CutProxy proxy = CutProxy.to(api.client().getMasterUrl().getPort());
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(Config.fromKubeconfig(api.kubeConfigYaml()))
                                .withMasterUrl("https://127.0.0.1:" + proxy.port())
                                .build())
                        .build();
                Leadership _ = join(client, "first", SHORT)) {
            await().untilAsserted(() -> assertThat(leads).containsExactly("first"));
            try (Leadership _ = join(api.client(), "second", SHORT)) {
                proxy.cut();

                await().atMost(WITHIN).until(() -> !lost.isEmpty());
                assertThat(leads).containsExactly("first");
                await().atMost(WITHIN).untilAsserted(() -> assertThat(leads).containsExactly("first", "second"));
                assertThat(lost).containsExactly("first");
            }
        }
    }

    @Test
    void followerIsReadyAndGoesOnWhereTheLeaderEnded() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                OperatorHarness first = OperatorHarness.startElecting("first")) {
            first.backend("shop", redis.endpoint(), "memory: {maxMemory: 64Mi}");
            first.policy("users", "shop", "user:{id}", "10m");
            first.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
            try (OperatorHarness second = first.another("second")) {
                await().until(() -> second.probe("/readyz") == 200);
                assertThat(first.page("/metrics")).contains("cachepolicy_operator_leading 1.0");
                assertThat(second.page("/metrics")).contains("cachepolicy_operator_leading 0.0");
                first.stopOperator();
                first.policy("users", "shop", "user:{id}", "20m");

                first.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
                assertThat(first.config("shop").policies().getFirst().ttl().millis())
                        .isEqualTo(1_200_000);
                // Agents are counted once Redis was asked for their heartbeats.
                await().atMost(WITHIN)
                        .untilAsserted(() -> assertThat(second.page("/metrics"))
                                .contains("cachepolicy_operator_leading 1.0")
                                .contains("cachepolicy_reconcile_total{kind=\"CacheBackend\",result=\"success\",}")
                                .contains("cachepolicy_agents{namespace=\"" + first.namespace()
                                        + "\",backend=\"shop\","));
                assertThat(first.ended() + second.ended()).isZero();
            }
        }
    }
}
