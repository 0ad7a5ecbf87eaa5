package dev.cachepolicy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples' applications, injected and run: operator, agents and Redis are real processes. */
class LocalClusterIT {

    private static final Path EXAMPLES = Path.of("examples");

    @TempDir
    static Path directory;

    private static final KubernetesClient CLIENT = KubeApi.shared().client();
    private static final String NAMESPACE = KubeApi.shared().newNamespace();
    private static final String TWO_BACKENDS = KubeApi.shared().newNamespace();
    private static RedisProcess redis;
    private static RedisProcess sessions;
    private static LocalCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        redis = RedisProcess.start();
        sessions = RedisProcess.start();
        cluster = LocalCluster.start(directory, KubeApi.shared(), redis);
        cluster.addNamespace(NAMESPACE);
        cluster.addNamespace(TWO_BACKENDS);
        backend(NAMESPACE, "cachebackend.yaml", redis);
        backend(TWO_BACKENDS, "cachebackend.yaml", redis);
        backend(TWO_BACKENDS, "apps/two-backends.yaml", sessions);
        cluster.kubectl(NAMESPACE)
                .run("apply", "-f", EXAMPLES.resolve("policies").toString());
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
        sessions.close();
        redis.close();
    }

    @Test
    void aJobEndsThoughItsAgentWouldRunForEver() throws Exception {
        create(NAMESPACE, "apps/job.yaml", "warm-up");

        awaitPod(NAMESPACE, "warm-up", pod -> pod.getStatus().getPhase().equals("Succeeded"));

        assertThat(Long.parseLong(redis.cli("ttl", "listing:front-page"))).isBetween(90L, 120L);
    }

    @Test
    void onePodHasTwoBackendsAtTwoPorts() throws Exception {
        Pod pod = PodTemplates.pod(CLIENT, EXAMPLES.resolve("apps/two-backends.yaml"), TWO_BACKENDS, "checkout");
        pod.getSpec().getContainers().getFirst().setCommand(List.of("sleep", "1000"));
        CLIENT.resource(pod).create();
        Pod ready = awaitPod(TWO_BACKENDS, "checkout", LocalClusterIT::isReady);

        String address = ready.getStatus().getPodIP();
        assertThat(cli(address, 6379, "set", "where", "shop")).isEqualTo("OK");
        assertThat(cli(address, 6380, "set", "where", "sessions")).isEqualTo("OK");

        assertThat(redis.cli("get", "where")).isEqualTo("shop");
        assertThat(sessions.cli("get", "where")).isEqualTo("sessions");
    }

    @Test
    void theApplicationFindsTheAgentByTheBackendsVariable() throws Exception {
        create(NAMESPACE, "apps/node-cache-aside.yaml", "web");

        Pod ready = awaitPod(NAMESPACE, "web", LocalClusterIT::isReady);

        assertThat(ready.getSpec().getContainers().getFirst().getEnv())
                .filteredOn(variable -> variable.getName().equals("REDIS_URL"))
                .singleElement()
                .satisfies(variable -> assertThat(variable.getValue()).isEqualTo("redis://127.0.0.1:6379"));
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(redis.cli("keys", "user:*")).isNotEmpty());
    }

    @Test
    void aBackendAndItsPoliciesCanBeAppliedAtOnceWithoutAWarning() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("at-once"));
        Files.copy(EXAMPLES.resolve("cachebackend.yaml"), folder.resolve("a.yaml"));
        Files.copy(EXAMPLES.resolve("cachepolicy.yaml"), folder.resolve("b.yaml"));
        for (int i = 0; i < 3; i++) {
            Program kubectl = cluster.kubectl(KubeApi.shared().newNamespace());
            assertThat(kubectl.run("apply", "-f", folder.toString()))
                    .contains("created")
                    .doesNotContain("Warning");
        }
    }

    @Test
    void aPolicyThatCannotHaveItsPatternIsWarnedOfByNameWhenItIsApplied() throws Exception {
        String namespace = KubeApi.shared().newNamespace();
        Program kubectl = cluster.kubectl(namespace);
        String policy = Files.readString(EXAMPLES.resolve("cachepolicy.yaml"));
        kubectl.run("apply", "-f", EXAMPLES.resolve("cachebackend.yaml").toString());
        assertThat(kubectl.runWith(policy, "apply", "-f", "-")).doesNotContain("Warning");
        kubectl.run("wait", "--for=condition=Accepted", "cachepolicies", "--all", "--timeout=60s");

        String second = kubectl.runWith(policy.replaceFirst("name: [a-z-]+", "name: zz-second"), "apply", "-f", "-");
        assertThat(second)
                .contains("Warning: spec.keyPattern: CachePolicy " + namespace + "/")
                .contains("and comes first (the older one, then the lesser name): write another pattern");
        kubectl.run(
                "wait",
                "--for=jsonpath={.status.conditions[?(@.type==\"Accepted\")].reason}=Conflicted",
                "cachepolicy/zz-second",
                "--timeout=60s");
    }

    private static void backend(String namespace, String example, RedisProcess at) throws Exception {
        Path edited = EditedYaml.write(
                EXAMPLES.resolve(example),
                "CacheBackend",
                EditedYaml.endpoint(at.endpoint()),
                directory.resolve("backend.yaml"));
        cluster.kubectl(namespace).run("apply", "-f", edited.toString());
    }

    private static void create(String namespace, String example, String name) throws Exception {
        CLIENT.resource(PodTemplates.pod(CLIENT, EXAMPLES.resolve(example), namespace, name))
                .create();
    }

    private static Pod awaitPod(String namespace, String name, Predicate<Pod> condition) {
        return await().atMost(60, TimeUnit.SECONDS)
                .until(() -> CLIENT.pods().inNamespace(namespace).withName(name).get(), condition);
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static String cli(String address, int port, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-h", address, "-p", String.valueOf(port)));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
