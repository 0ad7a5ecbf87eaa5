package dev.cachepolicy.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.demo.Await;
import dev.cachepolicy.local.EditedYaml;
import dev.cachepolicy.local.LocalCluster;
import dev.cachepolicy.local.PodTemplates;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Where the steps happen: the cluster, the Redis, the applications; and what one step leaves for a later one. */
final class Scene implements AutoCloseable {

    static final String NAMESPACE = "shop";
    static final String BACKEND = "shop-redis";

    /** The policies whose keys the sample application uses. */
    static final List<String> FOLLOWED = List.of("user-profiles", "product-listings");

    static final Path POLICIES = Path.of("examples", "policies");
    static final Path BACKEND_FILE = Path.of("examples", "cachebackend.yaml");
    static final Path APP_FILE = Path.of("examples", "apps", "node-cache-aside.yaml");

    /** How often the operator looks at Redis's settings; by default it is 30 s, which a demo need not wait for. */
    static final Duration POLL = Duration.ofSeconds(10);

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
        cluster = LocalCluster.start(directory, api, redis, "--redis-poll", POLL.toSeconds() + "s");
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

    Program kubectl() {
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

    /** {@return a file with an example's policy after a change} */
    Path editedPolicy(String name, UnaryOperator<ObjectNode> change) throws IOException {
        return EditedYaml.write(
                POLICIES.resolve(name + ".yaml"), "CachePolicy", change, directory.resolve(name + ".yaml"));
    }

    /** {@return a file with the example's backend after a change, its endpoint that of the demo's Redis} */
    Path localBackend(UnaryOperator<ObjectNode> change) throws IOException {
        return EditedYaml.write(
                BACKEND_FILE,
                "CacheBackend",
                backend -> change.apply(EditedYaml.endpoint(redis().endpoint()).apply(backend)),
                directory.resolve("backend.yaml"));
    }

    /** {@return a pod of the example's Deployment, as its ReplicaSet would make it} */
    Pod podOfExample(String name) throws IOException {
        return PodTemplates.pod(client(), APP_FILE, NAMESPACE, name);
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
