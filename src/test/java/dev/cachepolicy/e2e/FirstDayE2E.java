package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.observability.DashboardQueries;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** From {@code helm install} to a hit ratio. */
class FirstDayE2E {

    private final Platform platform = Platform.shared();
    private final Shop shop = platform.shop();

    @Test
    void podsOfAnUnmodifiedApplicationRunWithAnAgentThatStartsFirst() {
        assertThat(shop.load().pods()).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getSpec().getInitContainers())
                    .extracting(Container::getName, Container::getImage, Container::getRestartPolicy)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(
                            "cachepolicy-agent", Images.AGENT + ":" + Images.TAG, "Always"));
            assertThat(pod.getStatus().getConditions())
                    .anyMatch(condition -> condition.getType().equals("Ready")
                            && condition.getStatus().equals("True"));
            assertThat(Shop.agentRestarts(pod)).isZero();
        });
    }

    @Test
    void hitRatioShowsInKubectlAndInPrometheus() {
        shop.awaitPolicy(
                "user-profiles",
                policy -> policy.getStatus().observed() != null
                        && policy.getStatus().observed().hitRatio() != null);
        String table = shop.kubectl().run("get", "cpol", "user-profiles");
        assertThat(table).contains("HIT RATIO", "2/2").containsPattern("[0-9]%");

        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(hits(""))
                    .singleElement()
                    .satisfies(hits -> assertThat(hits).isPositive());
            assertThat(hits(",workload=\"load\"")).hasSize(1);
        });
    }

    /** {@return the hits of the policy by workload} */
    private List<Double> hits(String labels) {
        return platform.prometheus()
                .api()
                .query("sum by (policy, workload) (cachepolicy_requests_total{namespace=\"shop\","
                        + "policy=\"user-profiles\",result=\"hit\"" + labels + "})");
    }

    @Test
    void redisHasTheSettingsThatThePoliciesAskFor() {
        shop.awaitBackend(backend -> Shop.is(backend.getStatus().conditions(), "ConfigApplied", "True", "Applied"));

        assertThat(shop.redis("config", "get", "maxmemory-policy")).endsWith("noeviction");
        assertThat(shop.freshTtl())
                .as("the application says 600, the policy 15 minutes less 10 percent at most")
                .isBetween(700L, 900L);
    }

    @Test
    void everyPanelOfTheDashboardsHasData() {
        DashboardQueries queries =
                new DashboardQueries(platform.prometheus().base(), Duration.ofSeconds(30), Duration.ofMinutes(10));

        AtomicInteger changes = new AtomicInteger();
        try {
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        changeTtl(changes.incrementAndGet());
                        assertThat(queries.withoutData()).isEmpty();
                    });
        } finally {
            shop.kubectl().run("apply", "-f", "examples/policies/static-config.yaml");
        }
    }

    /** Panels show how long changes take, so there must be some while they are looked at. */
    private void changeTtl(int hours) {
        shop.kubectl()
                .run(
                        "patch",
                        "cpol",
                        "static-config",
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"ttl\":{\"value\":\"%dh\"}}}".formatted(hours));
    }

    @Test
    void nothingOfOursBreaksPodSecurityRestricted() {
        List<String> warnings = platform.cluster()
                .kubectl(OperatorRelease.NAMESPACE)
                .run(
                        "label",
                        "--dry-run=server",
                        "--overwrite",
                        "namespace",
                        OperatorRelease.NAMESPACE,
                        Shop.NAMESPACE,
                        "pod-security.kubernetes.io/enforce=restricted")
                .lines()
                .filter(line -> line.contains("Warning") || line.contains("agent"))
                .filter(line -> !line.contains("redis"))
                .toList();

        assertThat(warnings).noneMatch(line -> line.contains("load") || line.contains("cachepolicy-operator-"));
    }
}
