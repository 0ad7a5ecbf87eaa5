package dev.cachepolicy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStandInIT {

    @TempDir
    Path directory;

    private final KubernetesClient client = KubeApi.shared().client();
    private final String namespace = KubeApi.shared().newNamespace();
    private NodeStandIn node;

    @BeforeEach
    void startNode() {
        node = new NodeStandIn(
                client,
                new Images(Map.of("node", new Images.Image(List.of("node"), Path.of("")))),
                new PodAddresses(directory.resolve("addresses")),
                directory);
        node.serve(namespace);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void sidecarStartsFirstAndAPodIsReadyWhenItsProbesPass() throws Exception {
        create("with-sidecar.yaml");

        Pod pod = awaitPod("web", NodeStandInIT::isReady);

        assertThat(pod.getStatus().getPodIP()).startsWith("127.0.1.");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(Files.readString(log("web", "app")).strip()).isEqualTo("sidecar answers 200");
        assertThat(ProcessHandle.of(
                        pid(pod.getStatus().getInitContainerStatuses().getFirst())))
                .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
    }

    @Test
    void aChangedConfigMapArrivesOnlyWhenThePodIsTouched() throws Exception {
        configMap("before");
        create("with-config.yaml");
        awaitPod("reader", NodeStandInIT::isReady);
        Path file = node.directory(namespace, "reader").resolve("volumes/config/text");
        assertThat(file).hasContent("before");

        configMap("after");
        await().during(2, TimeUnit.SECONDS)
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> Files.readString(file).equals("before"));
        Instant touched = Instant.now();
        client.pods().inNamespace(namespace).withName("reader").edit(pod -> {
            pod.getMetadata().getAnnotations().put("touched", "yes");
            return pod;
        });

        await().atMost(30, TimeUnit.SECONDS).until(() -> Files.readString(file).equals("after"));
        assertThat(Duration.between(touched, Instant.now())).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void aVolumeThatIsNotOptionalIsWaitedFor() {
        create("with-config.yaml");
        await().during(2, TimeUnit.SECONDS)
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> phase("reader").equals("Pending"));

        configMap("late");

        awaitPod("reader", NodeStandInIT::isReady);
    }

    @Test
    void aCrashedContainerRunsAgainAndIsCounted() {
        create("with-sidecar.yaml");
        long first = pid(awaitPod("web", NodeStandInIT::isReady)
                .getStatus()
                .getContainerStatuses()
                .getFirst());

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        Pod again = awaitPod(
                "web",
                pod -> isReady(pod)
                        && pod.getStatus().getContainerStatuses().getFirst().getRestartCount() == 1);
        assertThat(pid(again.getStatus().getContainerStatuses().getFirst())).isNotEqualTo(first);
    }

    @Test
    void aDeletedPodEndsItsProcessesAndIsGone() {
        create("with-sidecar.yaml");
        Pod pod = awaitPod("web", NodeStandInIT::isReady);
        List<Long> pids = List.of(
                pid(pod.getStatus().getInitContainerStatuses().getFirst()),
                pid(pod.getStatus().getContainerStatuses().getFirst()));

        client.resource(pod).delete();

        await().atMost(20, TimeUnit.SECONDS).until(() -> client.resource(pod).get() == null);
        assertThat(pids)
                .allMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aPodWhoseContainersEndAndDoNotRestartIsOverWhenItsSidecarHasEnded() {
        create("job.yaml");

        Pod pod = awaitPod("job", over -> over.getStatus().getPhase().equals("Succeeded"));

        assertThat(ProcessHandle.of(
                                pid(pod.getStatus().getInitContainerStatuses().getFirst()))
                        .filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private void create(String file) {
        Pod pod = Serialization.unmarshal(getClass().getResourceAsStream(file), Pod.class);
        client.pods().inNamespace(namespace).resource(pod).create();
    }

    private void configMap(String text) {
        client.configMaps()
                .inNamespace(namespace)
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("config")
                        .endMetadata()
                        .addToData("text", text)
                        .build())
                .serverSideApply();
    }

    private Pod awaitPod(String name, Predicate<Pod> condition) {
        return await().atMost(30, TimeUnit.SECONDS)
                .until(
                        () -> client.pods()
                                .inNamespace(namespace)
                                .withName(name)
                                .get(),
                        pod -> pod != null && condition.test(pod));
    }

    private String phase(String name) {
        return client.pods()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getStatus()
                .getPhase();
    }

    private Path log(String pod, String container) {
        return node.directory(namespace, pod).resolve("logs").resolve(container + ".log");
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static long pid(ContainerStatus status) {
        return Long.parseLong(status.getContainerID().substring("process://".length()));
    }
}
