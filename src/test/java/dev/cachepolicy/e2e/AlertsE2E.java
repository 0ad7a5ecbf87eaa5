package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each alert that a fault can raise, raised by that fault and gone after it. The others look at yesterday, at a
 * certificate's age or at agents of another version, and are tried by promtool.
 */
class AlertsE2E {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A backend of its own, small enough to be filled. */
    private static final String TIGHT = "tight";

    private static final Platform PLATFORM = Platform.shared();

    private final Shop shop = PLATFORM.shop();
    private final Program tight = PLATFORM.cluster().kubectl(TIGHT);

    @BeforeAll
    static void makeRedis() throws IOException {
        Shop.namespaceWithRedis(PLATFORM.cluster(), TIGHT);
    }

    @BeforeEach
    void startEmpty() {
        redis("flushall");
        apply("{maxMemory: 16Mi, evictionPolicy: noeviction}");
    }

    private void apply(String memory) {
        tight.runWith("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: tight}
                spec:
                  endpoints: ["redis.tight.svc:6379"]
                  memory: %s
                """.formatted(memory), "apply", "-f", "-");
        tight.run("wait", "--for=condition=Ready", "cachebackend/tight", "--timeout=120s");
    }

    @Test
    void redisUnreachable() {
        tight.run("scale", "deployment/redis", "--replicas=0");
        firesAndResolves(
                "CacheBackendRedisUnreachable",
                Map.of("backend", "tight"),
                () -> tight.run("scale", "deployment/redis", "--replicas=1"));
        tight.run("wait", "--for=condition=Ready", "cachebackend/tight", "--timeout=120s");
    }

    @Test
    void memoryAtLimit() {
        fill(200);
        firesAndResolves(
                "CacheBackendMemoryAtLimit",
                Map.of("backend", "tight", "severity", "critical"),
                () -> redis("flushall"));
    }

    @Test
    void evictionsHighEndsWithTheMemoryThatTheRunbookAdvises() {
        apply("{maxMemory: 16Mi, evictionPolicy: allkeys-lru}");
        fill(2_000);
        firesAndResolves("CacheBackendEvictionsHigh", Map.of("backend", "tight"), () -> {
            apply("{maxMemory: 512Mi, evictionPolicy: allkeys-lru}");
            redis("eval", "for i = 1, 300000 do redis.call('set', 'small:' .. i, 'x') end", "0");
        });
    }

    @Test
    void settingsContended() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            redis("config", "set", "maxmemory", "33554432");
            return PLATFORM.prometheus().fires("CacheBackendSettingsContended", Map.of("backend", "tight"));
        });
        apply("{maxMemory: 24Mi, evictionPolicy: noeviction}");
        awaitResolved("CacheBackendSettingsContended", Map.of("backend", "tight"));
    }

    @Test
    void agentMissing() {
        Program kubectl = shop.kubectl();
        kubectl.run("run", "late", "--image=" + Images.SAMPLE, "--image-pull-policy=IfNotPresent");
        kubectl.run("wait", "--for=condition=Ready", "pod/late", "--timeout=120s");
        kubectl.run("label", "pod", "late", "cachepolicy.dev/inject=true");
        firesAndResolves(
                "CachePolicyAgentMissing",
                Map.of("backend", "shop-redis"),
                () -> kubectl.run("delete", "pod", "late", "--wait=false"));
    }

    @Test
    void agentsOutOfStep() {
        Pod pod = shop.load().pods().getFirst();
        PLATFORM.cluster().signalAgentOf(pod, "SIGSTOP");
        firesAndResolves(
                "CachePolicyAgentsOutOfStep",
                Map.of("backend", "shop-redis"),
                () -> PLATFORM.cluster().signalAgentOf(pod, "SIGCONT"));
    }

    @Test
    void configReloadFailing() {
        PLATFORM.operator().kubectl().run("scale", "deployment/" + OperatorRelease.NAME, "--replicas=0");
        await().atMost(PATIENCE).until(() -> PLATFORM.operator().pods().isEmpty());
        shop.kubectl()
                .run(
                        "patch",
                        "configmap",
                        "shop-redis-agent",
                        "--type=merge",
                        "-p",
                        "{\"data\":{\"agent.yaml\":\"policies: [\"}}");
        // As the operator would, so that the kubelet looks at once.
        shop.kubectl().run("annotate", "pods", "-l", "app=load", "--overwrite", "cachepolicy.dev/config-revision=0");
        firesAndResolves("CachePolicyConfigReloadFailing", Map.of(), () -> {
            PLATFORM.operator().kubectl().run("scale", "deployment/" + OperatorRelease.NAME, "--replicas=2");
            PLATFORM.operator().awaitRollout();
        });
        assertThat(shop.load().total().errors()).isZero();
    }

    private static void firesAndResolves(String alert, Map<String, String> labels, Runnable remedy) {
        await(alert + " fires")
                .atMost(PATIENCE)
                .until(() -> PLATFORM.prometheus().fires(alert, labels));
        remedy.run();
        awaitResolved(alert, labels);
    }

    private static void awaitResolved(String alert, Map<String, String> labels) {
        await(alert + " is resolved")
                .atMost(PATIENCE)
                .until(() -> !PLATFORM.prometheus().fires(alert, labels));
    }

    private String redis(String... command) {
        return Shop.redis(tight, command);
    }

    /** Writes so many values of 100 kB; what does not fit is refused or evicts. */
    private void fill(int values) {
        redis(
                "eval",
                "for i = 1, tonumber(ARGV[1]) do redis.pcall('set', 'big:' .. i, string.rep('x', 100000)) end",
                "0",
                String.valueOf(values));
    }
}
