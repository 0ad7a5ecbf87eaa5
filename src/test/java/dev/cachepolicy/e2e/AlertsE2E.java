package dev.cachepolicy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each alert about backends and agents, raised by a fault and gone after its remedy. */
class AlertsE2E {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A backend of its own, small enough to be filled. */
    private static final String TIGHT = "tight";

    /** A pod of the shop and its ConfigMap. */
    private static final String OLD = "old";

    private static final String FILE = "agent.yaml";

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
        PLATFORM.prometheus()
                .firesAndResolves(
                        "CacheBackendRedisUnreachable",
                        Map.of("backend", "tight"),
                        () -> tight.run("scale", "deployment/redis", "--replicas=1"));
        tight.run("wait", "--for=condition=Ready", "cachebackend/tight", "--timeout=120s");
    }

    @Test
    void memoryAtLimit() {
        fill(200);
        PLATFORM.prometheus()
                .firesAndResolves(
                        "CacheBackendMemoryAtLimit",
                        Map.of("backend", "tight", "severity", "critical"),
                        () -> redis("flushall"));
    }

    @Test
    void evictionsHighEndsWithTheMemoryThatTheRunbookAdvises() {
        apply("{maxMemory: 16Mi, evictionPolicy: allkeys-lru}");
        fill(2_000);
        PLATFORM.prometheus().firesAndResolves("CacheBackendEvictionsHigh", Map.of("backend", "tight"), () -> {
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
        PLATFORM.prometheus().awaitResolved("CacheBackendSettingsContended", Map.of("backend", "tight"));
    }

    @Test
    void agentMissing() {
        Program kubectl = shop.kubectl();
        kubectl.run("run", "late", "--image=" + Images.SAMPLE, "--image-pull-policy=IfNotPresent");
        kubectl.run("wait", "--for=condition=Ready", "pod/late", "--timeout=120s");
        kubectl.run("label", "pod", "late", "cachepolicy.dev/inject=true");
        PLATFORM.prometheus()
                .firesAndResolves(
                        "CachePolicyAgentMissing",
                        Map.of("backend", "shop-redis"),
                        () -> kubectl.run("delete", "pod", "late", "--wait=false"));
    }

    /**
     * A pod gets a configuration that asks for what its agent does not know, as an old pod does when the operator is
     * newer; then its backend's configuration goes on without it.
     */
    @Test
    void agentOutdated() throws Exception {
        Program kubectl = shop.kubectl();
        ConfigMap config = shop.client()
                .configMaps()
                .inNamespace(Shop.NAMESPACE)
                .withName(Names.configMap(Shop.BACKEND))
                .require();
        ConfigMap own = new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(Shop.NAMESPACE)
                .withName(OLD)
                .endMetadata()
                .withData(config.getData())
                .build();
        shop.client().resource(own).create();
        shop.client().resource(podWithConfigOfItsOwn()).create();
        kubectl.run("wait", "--for=condition=Ready", "pod/" + OLD, "--timeout=120s");
        try {
            own.getData().put(FILE, requiringMore(config.getData().get(FILE)));
            shop.client().resource(own).update();
            // As the operator would, so that the kubelet looks at once.
            kubectl.run("annotate", "pod", OLD, "--overwrite", "cachepolicy.dev/config-revision=0");
            kubectl.run(
                    "patch", "cpol", "user-profiles", "--type=merge", "-p", "{\"spec\":{\"ttl\":{\"value\":\"19m\"}}}");
            PLATFORM.prometheus()
                    .firesAndResolves(
                            "CachePolicyAgentOutdated",
                            Map.of("backend", Shop.BACKEND),
                            () -> kubectl.run("delete", "pod", OLD));
        } finally {
            kubectl.run("delete", "pod,configmap", OLD, "--ignore-not-found");
            kubectl.run("apply", "-f", "examples/policies/user-profiles.yaml");
        }
        shop.awaitPolicy("user-profiles", Shop.isFollowedBy(2));
    }

    private static String requiringMore(String file) throws AgentConfigException {
        AgentConfig config = AgentConfigYaml.read(file);
        return AgentConfigYaml.write(new AgentConfig(
                Set.of("a-feature-of-tomorrow"),
                config.revision(),
                config.backend(),
                config.upstream(),
                config.port(),
                config.enforcement(),
                config.limits(),
                config.policies()));
    }

    /** {@return a pod as the webhook makes it, whose agent reads another ConfigMap} */
    private Pod podWithConfigOfItsOwn() {
        Pod pod = shop.load().pods().getFirst();
        PodSpec spec = pod.getSpec();
        spec.setNodeName(null);
        spec.getVolumes().stream()
                .map(Volume::getConfigMap)
                .filter(source -> source != null && source.getName().equals(Names.configMap(Shop.BACKEND)))
                .forEach(source -> source.setName(OLD));
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(Shop.NAMESPACE)
                .withName(OLD)
                .addToLabels(Names.AGENT_LABEL, "true")
                .addToAnnotations(
                        Names.BACKENDS_ANNOTATION,
                        pod.getMetadata().getAnnotations().get(Names.BACKENDS_ANNOTATION))
                .endMetadata()
                .withSpec(spec)
                .build();
    }

    @Test
    void agentsOutOfStep() {
        Pod pod = shop.load().pods().getFirst();
        PLATFORM.cluster().signalAgentOf(pod, "SIGSTOP");
        PLATFORM.prometheus()
                .firesAndResolves(
                        "CachePolicyAgentsOutOfStep",
                        Map.of("backend", "shop-redis"),
                        () -> PLATFORM.cluster().signalAgentOf(pod, "SIGCONT"));
    }

    @Test
    void configReloadFailing() {
        PLATFORM.operator().stop();
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
        PLATFORM.prometheus().firesAndResolves("CachePolicyConfigReloadFailing", Map.of(), PLATFORM.operator()::start);
        assertThat(shop.load().total().errors()).isZero();
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
