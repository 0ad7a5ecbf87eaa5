package dev.cachepolicy.e2e;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A team's namespace: a Redis, the backend and the policies of {@code examples/} as they stand there, and an application
 * under load. The examples name {@code redis.shop.svc}, so the namespace is {@code shop}.
 */
public final class Shop implements AutoCloseable {

    public static final String NAMESPACE = "shop";
    public static final String BACKEND = "shop-redis";

    /** The Redis's manifests. */
    public static final Path REDIS = Path.of("examples", "platform", "redis.yaml");

    /** What the tests put into a cluster. */
    static final Path RESOURCES = Path.of("src", "test", "resources", "e2e");

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final KindCluster cluster;
    private final Load load;

    /** The namespace as it is. */
    public Shop(KindCluster cluster) {
        this.cluster = cluster;
        this.load = new Load(cluster.client(), NAMESPACE);
    }

    /** {@return the namespace with its Redis; no resource of ours is in it yet} */
    static Shop open(KindCluster cluster) throws IOException {
        namespaceWithRedis(cluster, NAMESPACE);
        return new Shop(cluster);
    }

    /** Makes a namespace with a Redis that serves. */
    static void namespaceWithRedis(KindCluster cluster, String namespace) throws IOException {
        cluster.removeAtEnd(cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create());
        create(cluster, REDIS, namespace);
        awaitRollout(cluster.kubectl(namespace), "redis");
    }

    /** Applies the examples as a team does, and waits until the policies are in force. */
    void applyExamples() {
        applyExamples(Path.of("."));
    }

    /**
     * The same with the examples of another version, whose CRDs are installed.
     *
     * @param tree the work tree that has them
     */
    void applyExamples(Path tree) {
        Path examples = tree.resolve("examples");
        kubectl()
                .run(
                        "apply",
                        "-f",
                        examples.resolve("cachebackend.yaml").toString(),
                        "-f",
                        examples.resolve("policies").toString());
        kubectl().run("wait", "--for=condition=Ready", "cachebackends,cachepolicies", "--all", "--timeout=120s");
    }

    /** Starts the application, and waits until its pods are ready. */
    void startLoad() throws IOException {
        startLoad(cluster, NAMESPACE);
    }

    /** Starts the application in a namespace, and waits until its pods are ready. */
    static void startLoad(KindCluster cluster, String namespace, EnvVar... environment) throws IOException {
        cluster.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("load")
                        .endMetadata()
                        .addToData("load.mjs", Files.readString(RESOURCES.resolve("load.mjs")))
                        .build())
                .create();
        create(cluster, RESOURCES.resolve("load.yaml"), namespace, environment);
        awaitRollout(cluster.kubectl(namespace), "load");
    }

    private static void create(KindCluster cluster, Path file, String namespace, EnvVar... environment)
            throws IOException {
        try (InputStream resources = Files.newInputStream(file)) {
            for (HasMetadata resource : cluster.client().load(resources).items()) {
                if (resource instanceof Deployment deployment) {
                    Container container = deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst();
                    container.setImage(container.getName().equals("redis") ? Images.REDIS : Images.SAMPLE);
                    container.setEnv(List.of(environment));
                }
                cluster.client().resource(resource).inNamespace(namespace).create();
            }
        }
    }

    void awaitRollout(String deployment) {
        awaitRollout(kubectl(), deployment);
    }

    private static void awaitRollout(Program kubectl, String deployment) {
        kubectl.run("rollout", "status", "deployment/" + deployment, "--timeout=" + PATIENCE.toSeconds() + "s");
    }

    public KubernetesClient client() {
        return cluster.client();
    }

    public Program kubectl() {
        return cluster.kubectl(NAMESPACE);
    }

    Load load() {
        return load;
    }

    /** {@return what redis-cli answers in Redis's pod} */
    public String redis(String... command) {
        return redis(kubectl(), command);
    }

    /** {@return what redis-cli answers in the pod of a namespace's Redis} */
    static String redis(Program kubectl, String... command) {
        return kubectl.stdout(Stream.concat(Stream.of("exec", "deploy/redis", "--", "redis-cli"), Stream.of(command))
                .toArray(String[]::new));
    }

    /** {@return the pod of the Redis that is not being ended} */
    Pod redisPod() {
        return client().pods().inNamespace(NAMESPACE).withLabel("app", "redis").list().getItems().stream()
                .filter(pod -> !pod.isMarkedForDeletion())
                .findFirst()
                .orElseThrow();
    }

    /** Tells of each change of a pod of Redis, at once. */
    Watch watchRedis(Consumer<Pod> changed) {
        return client().pods().inNamespace(NAMESPACE).withLabel("app", "redis").watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                changed.accept(pod);
            }

            @Override
            public void onClose(WatcherException cause) {
                throw new IllegalStateException("nothing is seen of Redis's pod any more", cause);
            }
        });
    }

    /** {@return a way from a port of this machine to Redis itself} */
    LocalPortForward forwardRedis() {
        return client().pods()
                .inNamespace(NAMESPACE)
                .withName(redisPod().getMetadata().getName())
                .portForward(6379);
    }

    /** {@return one of Redis's settings} */
    public String setting(String name) {
        return redis("config", "get", name).lines().skip(1).findFirst().orElse("");
    }

    /** {@return seconds to live of a key that the application is made to store now} */
    public long freshTtl() {
        redis("del", "user:1");
        String ttl = await().atMost(PATIENCE).until(() -> redis("ttl", "user:1"), found -> !found.equals("-2"));
        return Long.parseLong(ttl);
    }

    public CachePolicy policy(String name) {
        return client().resources(CachePolicy.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    public CacheBackend backend() {
        return client().resources(CacheBackend.class)
                .inNamespace(NAMESPACE)
                .withName(BACKEND)
                .require();
    }

    CachePolicy awaitPolicy(String name, Predicate<CachePolicy> condition) {
        return await("policy " + name).atMost(PATIENCE).until(() -> policy(name), condition);
    }

    /** {@return whether so many pods, and these are all, say that they follow a policy as it is now} */
    public static Predicate<CachePolicy> isFollowedBy(int pods) {
        return policy -> policy.getStatus().agents() != null
                && policy.getStatus().agents().ratio().equals(pods + "/" + pods)
                && policy.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.getType().equals("AgentsSynced")
                                && condition.getStatus().equals("True")
                                && policy.getMetadata().getGeneration().equals(condition.getObservedGeneration()));
    }

    CacheBackend awaitBackend(Predicate<CacheBackend> condition) {
        return await("backend").atMost(PATIENCE).until(this::backend, condition);
    }

    static boolean is(List<Condition> conditions, String type, String status, String reason) {
        return conditions.stream()
                .anyMatch(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals(status)
                        && condition.getReason().equals(reason));
    }

    /** {@return how often the agent's container of a pod was started again} */
    static int agentRestarts(Pod pod) {
        return pod.getStatus().getInitContainerStatuses().stream()
                .filter(status -> status.getName().equals("cachepolicy-agent"))
                .mapToInt(status -> status.getRestartCount())
                .sum();
    }

    /** {@return what changes when a pod is replaced or one of its containers is started again} */
    public static String identity(Pod pod) {
        return pod.getMetadata().getUid() + " agent restarted " + agentRestarts(pod) + " application restarted "
                + pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    @Override
    public void close() {
        load.close();
    }
}
