package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Faults, each injected while an application is under load that counts its errors by command. */
class DrillsE2E {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Platform platform = Platform.shared();
    private final Shop shop = platform.shop();
    private final LoadStats before = shop.load().total();

    @Test
    void operatorPodsDeletedMidChangeCostNoErrorAndTheChangeIsFollowed() {
        setTtl("17m");
        platform.operator().kubectl().run("delete", "pods", "--all", "--wait=false");
        setTtl("18m");

        await().atMost(PATIENCE).until(() -> shop.freshTtl() > 17 * 60 * 0.9 + 54);
        platform.operator().awaitRollout();
        setTtl("15m");
        awaitSynced();
        assertNoErrors();
    }

    @Test
    void redisPodDeletedGivesNoErrorToReadsAndServesAgainWithItsSettings() {
        shop.load().forgetSlowest();
        shop.kubectl().run("delete", "pod", "-l", "app=redis", "--wait=true");
        shop.awaitRollout("redis");
        Instant back = Instant.now();
        long hits = shop.load().total().hits();
        await().pollInterval(Duration.ofMillis(100))
                .atMost(PATIENCE)
                .until(() -> shop.load().total().hits() > hits);
        Duration serving = Duration.between(back, Instant.now());
        await().atMost(PATIENCE)
                .until(() -> shop.redis("config", "get", "maxmemory-policy").endsWith("noeviction"));

        LoadStats after = shop.load().total();
        System.out.printf(
                "DrillsE2E: Redis deleted: %s reads, %s errors of reads, slowest %s ms, %s errors of SET and DEL; hits %s ms after it was ready%n",
                after.get().done() - before.get().done(),
                after.get().errors() - before.get().errors(),
                Math.round(after.get().slowestMillis()),
                after.set().errors()
                        + after.del().errors()
                        - before.set().errors()
                        - before.del().errors(),
                serving.toMillis());
        assertThat(after.get().errors())
                .as(after.get().lastError())
                .isEqualTo(before.get().errors());
        assertThat(after.connectionErrors()).isEqualTo(before.connectionErrors());
    }

    @Test
    void whileNoOperatorRunsPodsWithoutTheLabelStartAndThoseWithItWait() {
        Program kubectl = shop.kubectl();
        platform.operator().stop();
        try {
            kubectl.run("delete", "pod", "-l", "app=redis", "--wait=true");
            shop.awaitRollout("redis");

            kubectl.run("scale", "deployment/load", "--replicas=3");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kubectl.run("events", "--types=Warning"))
                            .contains("FailedCreate", "cachepolicy-operator"));
            assertThat(shop.load().pods()).hasSize(2);
        } finally {
            platform.operator().start();
        }
        // The ReplicaSet tries again with a growing delay.
        await().atMost(Duration.ofMinutes(5)).until(() -> shop.load().pods().size() == 3);
        kubectl.run("scale", "deployment/load", "--replicas=2");
        shop.awaitRollout("load");
        assertThat(shop.load().total().get().errors()).isEqualTo(before.get().errors());
    }

    @Test
    void killedAgentIsStartedAgainAndTheApplicationReconnects() {
        Pod victim = shop.load().pods().getFirst();
        int restarts = Shop.agentRestarts(victim);
        platform.cluster().signalAgentOf(victim, "SIGKILL");

        await().atMost(PATIENCE)
                .until(() -> Shop.agentRestarts(shop.client().resource(victim).get()) == restarts + 1);
        long done = shop.load().stats(victim).get().done();
        long errors = shop.load().stats(victim).errors();
        await().atMost(PATIENCE).until(() -> shop.load().stats(victim).get().done() > done + 100);
        LoadStats after = shop.load().stats(victim);
        System.out.printf(
                "DrillsE2E: agent killed: %s commands failed; then %s reads%n",
                errors, after.get().done() - done);
        assertThat(after.errors()).as(after.get().lastError()).isEqualTo(errors);
    }

    @Test
    void killSwitchMakesTheAgentsTransparent() {
        Instant start = Instant.now();
        patchBackend("{\"spec\":{\"agent\":{\"enforcement\":\"Off\"}}}");
        await().pollInterval(Duration.ofMillis(100)).atMost(PATIENCE).until(() -> shop.freshTtl() <= 600);
        System.out.printf(
                "DrillsE2E: kill switch: transparent after %s ms%n",
                Duration.between(start, Instant.now()).toMillis());
        patchBackend("{\"spec\":{\"agent\":{\"enforcement\":null}}}");
        await().atMost(PATIENCE).until(() -> shop.freshTtl() > 700);
        assertNoErrors();
    }

    @Test
    void rollingUpdateOfTheApplicationLosesNoCommandUpToTheLastMoment() {
        Set<String> old = shop.load().pods().stream()
                .map(pod -> pod.getMetadata().getUid())
                .collect(Collectors.toSet());
        int ended = shop.load().ended();
        shop.kubectl().run("rollout", "restart", "deployment/load");
        shop.awaitRollout("load");
        await().atMost(PATIENCE).until(() -> shop.load().ended() == ended + old.size());

        assertNoErrors();
        assertThat(shop.load().pods())
                .noneMatch(pod -> old.contains(pod.getMetadata().getUid()));
    }

    @Test
    void newWebhookCertificatesFailNoAdmission() {
        String secret = "secret/" + OperatorRelease.NAME + "-webhook";
        Program kubectl = platform.operator().kubectl();
        String uid = kubectl.run("get", secret, "-o", "jsonpath={.metadata.uid}");
        kubectl.run("delete", secret);
        int admissions = 0;
        while (!kubectl.call("get", secret, "-o", "jsonpath={.metadata.uid}")
                        .output()
                        .matches("(?!" + uid + ")[0-9a-f-]{36}")
                || admissions < 100) {
            shop.kubectl()
                    .run("annotate", "--dry-run=server", "--overwrite", "cpol", "user-profiles", "drill=" + admissions);
            Program.Result made = shop.kubectl()
                    .callWith(
                            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"probe\",\"labels\":{\"cachepolicy.dev/inject\":\"true\"}},"
                                    + "\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"app\"}]}}",
                            "create",
                            "--dry-run=server",
                            "-f",
                            "-");
            assertThat(made.exitCode()).as(made.output()).isZero();
            admissions++;
        }
        System.out.printf("DrillsE2E: new webhook certificates: %s admissions, none failed%n", admissions);
    }

    private void setTtl(String value) {
        shop.client()
                .resources(CachePolicy.class)
                .inNamespace(Shop.NAMESPACE)
                .withName("user-profiles")
                .patch(MERGE, "{\"spec\":{\"ttl\":{\"value\":\"" + value + "\"}}}");
    }

    private void patchBackend(String patch) {
        shop.client()
                .resources(CacheBackend.class)
                .inNamespace(Shop.NAMESPACE)
                .withName(Shop.BACKEND)
                .patch(MERGE, patch);
    }

    private void awaitSynced() {
        shop.awaitPolicy(
                "user-profiles",
                policy -> policy.getStatus().agents() != null
                        && policy.getStatus().agents().ratio().equals("2/2")
                        && policy.getMetadata()
                                .getGeneration()
                                .equals(policy.getStatus().observedGeneration()));
    }

    private void assertNoErrors() {
        LoadStats after = shop.load().total();
        System.out.printf(
                "DrillsE2E: %s commands, %s errors%n",
                after.commands() - before.commands(), after.errors() - before.errors());
        assertThat(after.commands()).isGreaterThan(before.commands());
        assertThat(after.errors()).as("%s", after).isEqualTo(before.errors());
    }
}
