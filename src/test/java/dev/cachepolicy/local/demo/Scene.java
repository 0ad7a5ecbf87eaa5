package dev.cachepolicy.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.local.Kubectl;
import dev.cachepolicy.local.LocalCluster;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where the steps happen: the cluster, the Redis, the applications; and what one step leaves for a later one. */
final class Scene implements AutoCloseable {

    static final String NAMESPACE = "shop";
    static final String BACKEND = "shop-redis";
    static final Path POLICIES = Path.of("examples", "policies");
    static final Path BACKEND_FILE = Path.of("examples", "cachebackend.yaml");
    static final Path APP_FILE = Path.of("examples", "apps", "node-cache-aside.yaml");

    private static final YAMLMapper YAML = new YAMLMapper();

    private final Path directory;
    private final List<Runnable> toClose = new ArrayList<>();
    private LocalCluster cluster;

    /** The two injected applications. */
    List<App> apps = List.of();

    /** Container ids, which name processes, when the pods had become ready. */
    List<String> processes = List.of();

    /** Redis's settings before the backend. */
    String settingsBefore = "";

    /** What the change of a TTL brought. */
    TtlChange change;

    Scene(Path directory) {
        this.directory = directory;
    }

    /** Starts everything that is there before the first resource. */
    void start() throws Exception {
        KubeApi api = KubeApi.start(List.of());
        own(api::close);
        RedisProcess redis = RedisProcess.start();
        own(redis::close);
        cluster = LocalCluster.start(directory, api, redis);
        own(cluster::close);
        cluster.addNamespace(NAMESPACE);
    }

    private synchronized void own(Runnable end) {
        toClose.add(end);
    }

    LocalCluster cluster() {
        return cluster;
    }

    RedisProcess redis() {
        return cluster.redis();
    }

    KubernetesClient client() {
        return cluster.api().client();
    }

    Kubectl kubectl() {
        return cluster.kubectl(NAMESPACE);
    }

    List<CachePolicy> policies() {
        return client().resources(CachePolicy.class)
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
    }

    CachePolicy policy(String name) {
        return client().resources(CachePolicy.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    CacheBackend backend() {
        return client().resources(CacheBackend.class)
                .inNamespace(NAMESPACE)
                .withName(BACKEND)
                .require();
    }

    /** {@return seconds that a key still lives, as Redis says; -1 without expiry, -2 without the key} */
    long ttl(String key) {
        return Long.parseLong(redis().cli("ttl", key));
    }

    /** {@return one of Redis's settings} */
    String setting(String name) {
        return redis().cli("config", "get", name).lines().skip(1).findFirst().orElse("");
    }

    /**
     * {@return a file for kubectl with a resource of an example after a change}
     *
     * @param change edits the resource as YAML's maps and lists
     */
    Path edited(Path example, String name, UnaryOperator<ObjectNode> change) throws IOException {
        ObjectNode resource = (ObjectNode) YAML.readTree(example.toFile());
        return Files.writeString(directory.resolve(name), YAML.writeValueAsString(change.apply(resource)));
    }

    /** {@return the example's backend, its endpoint that of the demo's Redis} */
    Path localBackend(String name, UnaryOperator<ObjectNode> change) throws IOException {
        return edited(BACKEND_FILE, name, backend -> {
            backend.withObject("/spec").putArray("endpoints").add(redis().endpoint());
            return change.apply(backend);
        });
    }

    /** {@return a pod of the example's Deployment, as its ReplicaSet would make it} */
    Pod podOfExample(String name) throws IOException {
        try (InputStream file = Files.newInputStream(APP_FILE)) {
            Deployment deployment = Serialization.unmarshal(file, Deployment.class);
            var template = deployment.getSpec().getTemplate();
            return new PodBuilder()
                    .withMetadata(template.getMetadata())
                    .editMetadata()
                    .withName(name)
                    .withNamespace(NAMESPACE)
                    .endMetadata()
                    .withSpec(template.getSpec())
                    .editSpec()
                    .withTerminationGracePeriodSeconds(5L)
                    .endSpec()
                    .build();
        }
    }

    Pod pod(String name) {
        return client().pods().inNamespace(NAMESPACE).withName(name).require();
    }

    /** {@return the pod, once it is Ready} */
    Pod awaitReady(String name, Duration atMost) {
        return Await.until(
                "pod " + name + " is Ready",
                atMost,
                () -> pod(name),
                pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True")));
    }

    /** Ends everything in the reverse order of its start; called again, it does nothing. */
    @Override
    public synchronized void close() {
        while (!toClose.isEmpty()) {
            toClose.removeLast().run();
        }
    }
}
