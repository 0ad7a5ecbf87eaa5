package dev.cachepolicy.local;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator killed with -9 at random moments while its resources change. The number of kills and the seed are system
 * properties, {@code crash.kills} and {@code crash.seed}; {@code make soak} asks for 50.
 */
class OperatorCrashIT {

    private static final int POLICIES = 200;
    private static final int KILLS = Integer.getInteger("crash.kills", 4);
    private static final long SEED = Long.getLong("crash.seed", new Random().nextLong());

    private final KubernetesClient client = KubeApi.shared().client();
    private final String namespace = KubeApi.shared().newNamespace();
    private final Random random = new Random(SEED);
    private RedisProcess redis;
    private OperatorProcess operator;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        redis = RedisProcess.start();
        Path kubeConfig = Files.writeString(
                directory.resolve("kubeconfig"), KubeApi.shared().kubeConfigYaml());
        operator = OperatorProcess.start(
                kubeConfig,
                directory.resolve("operator.log"),
                Ports.free(),
                List.of(
                        "--namespace",
                        namespace,
                        "--watch-namespaces",
                        namespace,
                        "--webhook-configuration",
                        "none-" + namespace));
        operator.awaitReady(Duration.ofSeconds(60));
    }

    @AfterEach
    void end() {
        operator.close();
        redis.close();
    }

    @Test
    void everythingIsProgrammedInTheEndAndNothingOrphaned() throws Exception {
        System.out.println("OperatorCrashIT: " + KILLS + " kills, seed " + SEED);
        client.resource(backend("kept")).create();
        for (int i = 0; i < POLICIES; i++) {
            client.resource(policy("kept", i, "10m")).create();
        }
        AtomicBoolean changing = new AtomicBoolean(true);
        Thread changes = Thread.ofVirtual().start(() -> change(changing, new Random(SEED + 1)));
        for (int kill = 0; kill < KILLS; kill++) {
            String passing = "passing-" + kill;
            client.resource(backend(passing)).create();
            Thread.sleep(random.nextInt(3000)); // the moment of the kill: nothing to await
            operator.kill();
            client.resource(backend(passing)).delete();
            operator.restart();
            if (random.nextBoolean()) {
                operator.awaitReady(Duration.ofSeconds(60));
            }
        }
        changing.set(false);
        changes.join();

        await().atMost(Duration.ofSeconds(90)).untilAsserted(this::everythingIsProgrammed);
        assertThat(redis.cli("config", "get", "maxmemory")).endsWith("" + (64 << 20));
    }

    private void change(AtomicBoolean changing, Random random) {
        while (changing.get()) {
            client.resource(policy("kept", random.nextInt(POLICIES), 1 + random.nextInt(3600) + "s"))
                    .fieldManager("somebody")
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    private void everythingIsProgrammed() throws AgentConfigException {
        List<ConfigMap> configMaps = client.configMaps()
                .inNamespace(namespace)
                .withLabel(Names.BACKEND_LABEL)
                .list()
                .getItems();
        assertThat(configMaps)
                .extracting(configMap -> configMap.getMetadata().getName())
                .as("ConfigMaps, none of a backend that is gone")
                .containsExactly(Names.configMap("kept"));
        AgentConfig published =
                AgentConfigYaml.read(configMaps.getFirst().getData().get(AgentConfig.FILE_NAME));
        Map<String, Long> ttls = published.policies().stream()
                .collect(toMap(PolicyConfig::name, policy -> policy.ttl().millis() / 1000));
        List<CachePolicy> policies = client.resources(CachePolicy.class)
                .inNamespace(namespace)
                .list()
                .getItems();
        assertThat(policies).hasSize(POLICIES).allSatisfy(policy -> {
            String wanted = policy.getSpec().ttl().value();
            assertThat(ttls.get(policy.getMetadata().getName()))
                    .as("ttl of %s in the configuration", policy.getMetadata().getName())
                    .isEqualTo(wanted.equals("10m") ? 600 : Long.parseLong(wanted.replace("s", "")));
            assertThat(policy.getStatus()).isNotNull();
            assertThat(policy.getStatus().observedGeneration())
                    .isEqualTo(policy.getMetadata().getGeneration());
            assertThat(policy.getStatus().conditions()).anySatisfy(condition -> {
                assertThat(condition.getType()).isEqualTo("Ready");
                assertThat(condition.getStatus()).isEqualTo("True");
            });
        });
    }

    private CacheBackend backend(String name) {
        CacheBackend backend = new CacheBackend();
        backend.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        backend.setSpec(new CacheBackendSpec(
                null,
                List.of(redis.endpoint()),
                null,
                null,
                null,
                null,
                name.equals("kept") ? new CacheBackendSpec.Memory(new Quantity("64Mi"), null, null) : null,
                null,
                null,
                null));
        return backend;
    }

    private CachePolicy policy(String backend, int number, String ttl) {
        CachePolicy policy = new CachePolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName("policy-" + number)
                .build());
        policy.setSpec(new CachePolicySpec(
                new CachePolicySpec.BackendRef(backend),
                "item" + number + ":{id}",
                null,
                new CachePolicySpec.Ttl(ttl, null, null, null),
                null,
                null,
                null,
                null,
                null,
                null));
        return policy;
    }
}
