package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.policyIs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Counters;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods and heartbeats, and what statuses make of them. */
class AgentsIT {

    private final RedisProcess redis = RedisProcess.start();
    private OperatorHarness operator;
    private long sequence;

    @BeforeEach
    void start() {
        operator = OperatorHarness.start();
        operator.backend("shop", redis.endpoint(), "");
        operator.policy("users", "shop", "user:{id}", "10m");
        operator.awaitPolicy("users", policyIs("Ready", "True", "Ready"));
        operator.awaitBackend("shop", backendIs("Reachable", "True", "Connected"));
    }

    @AfterEach
    void stop() {
        operator.close();
        redis.close();
    }

    private void beat(Pod pod, long revision, Refusal refused, Map<String, Counters> counters) {
        Agent agent = new Agent(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid());
        String key = RedisKeys.agents(operator.backend("shop").getMetadata().getUid());
        redis.cli("HSET", key, agent.field(), new Heartbeat(++sequence, revision, "test", refused, counters).write());
        redis.cli("PUBLISH", key, agent.field());
    }

    private void beat(Pod pod, long revision) {
        beat(pod, revision, null, Map.of());
    }

    private String ratio(String policy) {
        CachePolicy found = operator.policy(policy);
        return found.getStatus().agents() == null
                ? ""
                : found.getStatus().agents().ratio();
    }

    @Test
    void withoutPodsNobodyFollows() {
        operator.awaitPolicy("users", policyIs("AgentsSynced", "Unknown", "NoAgents"));
    }

    @Test
    void policyIsSyncedWhenAllItsPodsAcknowledgedItsRevision() {
        operator.policy("carts", "shop", "cart:{id}", "10m", "workloadSelector: {matchLabels: {app: web}}");
        operator.awaitPolicy("carts", policyIs("Ready", "True", "Ready"));
        Pod web = operator.agentPod("web", "shop", Map.of("app", "web"));
        Pod job = operator.agentPod("job", "shop", Map.of("app", "job"));
        operator.awaitPolicy("users", policyIs("AgentsSynced", "False", "AgentsBehind"));

        long revision = operator.config("shop").revision();
        beat(web, revision);
        operator.awaitPolicy("carts", policyIs("AgentsSynced", "True", "AgentsSynced"));
        await().untilAsserted(() -> assertThat(ratio("users")).isEqualTo("1/2"));
        beat(job, revision);

        operator.awaitPolicy("users", policyIs("AgentsSynced", "True", "AgentsSynced"));
        assertThat(ratio("users")).isEqualTo("2/2");
        assertThat(ratio("carts")).isEqualTo("1/1");
        operator.awaitBackend("shop", b -> b.getStatus().agents().ratio().equals("2/2"));
    }

    @Test
    void changeLeavesOtherPoliciesSyncedAndTouchesPodsOnceForARevision() {
        Pod web = operator.agentPod("web", "shop", Map.of());
        beat(web, operator.config("shop").revision());
        operator.policy("carts", "shop", "cart:{id}", "10m");
        operator.awaitPolicy("carts", policyIs("AgentsSynced", "False", "AgentsBehind"));

        assertThat(operator.policy("users")).matches(policyIs("AgentsSynced", "True", "AgentsSynced"));
        long revision = operator.config("shop").revision();
        await().untilAsserted(() -> assertThat(pod("web").getMetadata().getAnnotations())
                .containsEntry(Names.CONFIG_REVISION_ANNOTATION, "shop=" + revision));
        String version = pod("web").getMetadata().getResourceVersion();
        beat(web, revision);
        operator.awaitPolicy("carts", policyIs("AgentsSynced", "True", "AgentsSynced"));
        assertThat(pod("web").getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void agentThatIsTooOldIsCounted() {
        Pod web = operator.agentPod("web", "shop", Map.of());
        beat(web, 1, new Refusal(Reason.AgentTooOld, "the file requires more"), Map.of());

        operator.awaitPolicy("users", policyIs("AgentsSynced", "False", "AgentTooOld"));
        operator.awaitBackend(
                "shop", b -> Integer.valueOf(1).equals(b.getStatus().agents().outdated()));
    }

    @Test
    void podWithoutItsAgentIsCounted() {
        Pod web = operator.agentPod("web", "shop", Map.of());
        beat(web, operator.config("shop").revision());
        operator.awaitPolicy("users", policyIs("AgentsSynced", "True", "AgentsSynced"));

        operator.barePod("bare", Map.of());

        operator.awaitPolicy("users", policyIs("AgentsSynced", "False", "AgentMissing"));
        assertThat(ratio("users")).isEqualTo("1/2");
    }

    @Test
    void agentThatFallsSilentIsNoLongerSynced() {
        Pod web = operator.agentPod("web", "shop", Map.of());
        beat(web, operator.config("shop").revision());
        operator.awaitPolicy("users", policyIs("AgentsSynced", "True", "AgentsSynced"));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(operator.policy("users"))
                        .matches(policyIs("AgentsSynced", "False", "AgentsBehind")));
    }

    @Test
    void hitRatioShowsAfterHalfAMinuteOfTraffic() {
        Pod web = operator.agentPod("web", "shop", Map.of());
        long revision = operator.config("shop").revision();
        String id = operator.namespace() + "/users";
        beat(web, revision, null, Map.of(id, new Counters(0, 0)));
        operator.awaitPolicy("users", policyIs("AgentsSynced", "True", "AgentsSynced"));

        // Nine hits a miss at every moment: whichever heartbeats the operator sees, it sees the same ratio.
        AtomicInteger beats = new AtomicInteger();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            int beat = beats.incrementAndGet();
            beat(web, revision, null, Map.of(id, new Counters(900 * beat, 100 * beat)));
            operator.clock().advance(Duration.ofSeconds(5));
            assertThat(operator.policy("users").getStatus().observed()).isNotNull();
        });
        assertThat(operator.policy("users").getStatus().observed().hitRatio()).isEqualTo("90.0%");
    }

    private Pod pod(String name) {
        return operator.client()
                .pods()
                .inNamespace(operator.namespace())
                .withName(name)
                .get();
    }
}
