package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

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
    void redisPodDeletedGivesNoErrorAndServesAgainWithItsSettings() {
        shop.load().forgetSlowest();
        Repetitions serving = Repetitions.of(3, "DrillsE2E: Redis deleted: hits since it is ready", this::redisDeleted);
        await().atMost(PATIENCE)
                .until(() -> shop.redis("config", "get", "maxmemory-policy").endsWith("noeviction"));

        LoadStats after = shop.load().total();
        System.out.printf(
                "DrillsE2E: Redis deleted: %s reads, %s errors of reads, slowest %s ms, %s errors of SET and DEL%n",
                after.get().done() - before.get().done(),
                after.get().errors() - before.get().errors(),
                Math.round(after.get().slowestMillis()),
                after.set().errors()
                        + after.del().errors()
                        - before.set().errors()
                        - before.del().errors());
        assertThat(after.get().errors())
                .as(after.get().lastError())
                .isEqualTo(before.get().errors());
        assertThat(after.set().errors())
                .as(after.set().lastError())
                .isEqualTo(before.set().errors());
        assertThat(after.del().errors())
                .as(after.del().lastError())
                .isEqualTo(before.del().errors());
        assertThat(after.connectionErrors()).isEqualTo(before.connectionErrors());
        serving.assertPromise();
    }

    /** {@return the time from the moment at which the new Redis is ready to the first hit} */
    private Duration redisDeleted() {
        String old = shop.redisPod().getMetadata().getUid();
        CompletableFuture<Instant> ready = new CompletableFuture<>();
        try (Watch _ = shop.watchRedis(pod -> {
            if (!pod.getMetadata().getUid().equals(old) && Readiness.isPodReady(pod)) {
                ready.complete(Instant.now());
            }
        })) {
            shop.kubectl().run("delete", "pod", "-l", "app=redis", "--wait=true");
            // No hit can come before: the new Redis is empty, and the old one has gone.
            long hits = shop.load().total().hits();
            Instant hit = await().pollInterval(Duration.ofMillis(50))
                    .atMost(PATIENCE)
                    .until(() -> shop.load().total().hits() > hits ? Instant.now() : null, Objects::nonNull);
            shop.awaitRollout("redis");
            Duration took = Duration.between(ready.join(), hit);
            return took.isNegative() ? Duration.ZERO : took;
        }
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
        await().atMost(PATIENCE).until(() -> shop.load().pods().size() == 2);
        shop.awaitRollout("load");
        assertThat(shop.load().total().get().errors()).isEqualTo(before.get().errors());
    }

    @Test
    void killedAgentIsStartedAgainAndTheApplicationReconnects() {
        Pod victim = shop.load().pods().getFirst();
        int restarts = Shop.agentRestarts(victim);
        platform.cluster().signalAgentOf(victim, "SIGKILL");

        await().atMost(PATIENCE).untilAsserted(() -> {
            Pod now = shop.client().resource(victim).require();
            assertThat(Shop.agentRestarts(now))
                    .as("restarts of the agent, %s", now.getStatus())
                    .isGreaterThan(restarts);
        });
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
    void killSwitchMakesTheAgentsTransparent() throws IOException {
        try (LocalPortForward forward = shop.forwardRedis();
                Jedis redis = new Jedis("127.0.0.1", forward.getLocalPort())) {
            Repetitions.of(5, "DrillsE2E: kill switch: transparent", () -> switchedOff(redis))
                    .assertPromise();
        }
        assertNoErrors();
    }

    /** The application itself writes ten minutes, and the policy makes 15 of them. */
    private Duration switchedOff(Jedis redis) {
        await().atMost(PATIENCE).until(() -> freshTtl(redis) > 700);
        Instant start = Instant.now();
        patchBackend("{\"spec\":{\"agent\":{\"enforcement\":\"Off\"}}}");
        await().pollInterval(Duration.ofMillis(50)).atMost(PATIENCE).until(() -> freshTtl(redis) <= 600);
        Duration took = Duration.between(start, Instant.now());
        patchBackend("{\"spec\":{\"agent\":{\"enforcement\":null}}}");
        await().atMost(PATIENCE).until(() -> freshTtl(redis) > 700);
        return took;
    }

    /** {@return seconds to live of a key that the application is made to store now; as {@link Shop#freshTtl} without a process for each look} */
    private static long freshTtl(Jedis redis) {
        redis.del("user:1");
        return await().pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> redis.ttl("user:1"), ttl -> ttl != -2);
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
    void newWebhookCertificatesAreServedByAllReplicasAndFailNoAdmission() {
        String secret = "secret/" + OperatorRelease.NAME + "-webhook";
        Program kubectl = platform.operator().kubectl();
        Set<String> old = platform.operator().webhookSerials();
        assertThat(old).as("the serial that both replicas show").hasSize(1);
        kubectl.run("delete", secret);
        Instant end = Instant.now().plus(PATIENCE);
        int admissions = 0;
        Set<String> shown = old;
        while (admissions < 100 || shown.size() > 1 || shown.equals(old)) {
            assertThat(Instant.now())
                    .as("replicas show %s, before %s", shown, old)
                    .isBefore(end);
            assertPodIsAdmitted();
            assertPolicyIsRefused();
            admissions += 2;
            shown = admissions % 20 == 0 ? platform.operator().webhookSerials() : shown;
        }
        System.out.printf(
                "DrillsE2E: new webhook certificates: %s admissions, none failed; serial %s instead of %s on %s replicas%n",
                admissions, shown, old, platform.operator().pods().size());
    }

    private void assertPodIsAdmitted() {
        Program.Result made = shop.kubectl()
                .callWith(
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"probe\",\"labels\":{\"cachepolicy.dev/inject\":\"true\"}},"
                                + "\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"app\"}]}}",
                        "create",
                        "--dry-run=server",
                        "-f",
                        "-");
        assertThat(made.exitCode()).as(made.output()).isZero();
    }

    /** Only the webhook can say it, and one that is not reached is ignored: then this would be taken. */
    private void assertPolicyIsRefused() {
        Program.Result refused = shop.kubectl()
                .call("create", "--dry-run=server", "-f", "examples/invalid/policy-pattern-brace-not-closed.yaml");
        assertThat(refused.exitCode()).as(refused.output()).isNotZero();
        assertThat(refused.output()).contains("admission webhook \"resources.cachepolicy.dev\" denied the request");
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
