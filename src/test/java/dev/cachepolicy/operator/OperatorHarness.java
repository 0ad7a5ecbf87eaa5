package dev.cachepolicy.operator;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** An operator in this process that looks after one namespace of a real API server. */
public final class OperatorHarness implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubeApi api;
    private final String namespace;
    private final KubernetesClient client;
    private final OperatorClock clock = new OperatorClock();
    private final AtomicInteger ended = new AtomicInteger();
    private final Set<String> watched;
    private String identity;
    private Operator operator;

    private OperatorHarness(KubeApi api, String namespace, Set<String> watched, int port) {
        this.api = api;
        this.namespace = namespace;
        this.watched = watched;
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.fromKubeconfig(api.kubeConfigYaml()))
                        .withMasterUrl("https://127.0.0.1:" + port)
                        .withRequestRetryBackoffLimit(1)
                        .build())
                .build();
    }

    public static OperatorHarness start() {
        return start(KubeApi.shared());
    }

    /** The operator watches all namespaces, as it usually does; what other tests left there is looked after too. */
    public static OperatorHarness startClusterWide(KubeApi api) {
        return started(new OperatorHarness(
                api, api.newNamespace(), Set.of(), api.client().getMasterUrl().getPort()));
    }

    private static OperatorHarness started(OperatorHarness harness) {
        harness.startOperator();
        return harness;
    }

    public static OperatorHarness start(KubeApi api) {
        return startThrough(api, api.client().getMasterUrl().getPort());
    }

    /** The operator reaches the API server at this port; the test does as always. */
    static OperatorHarness startThrough(KubeApi api, int port) {
        String namespace = api.newNamespace();
        return started(new OperatorHarness(api, namespace, Set.of(namespace), port));
    }

    /** The operator takes part in an election under this name. */
    static OperatorHarness startElecting(String identity) {
        KubeApi api = KubeApi.shared();
        return electing(api, api.newNamespace(), identity);
    }

    /** {@return another operator for the same namespace} */
    OperatorHarness another(String name) {
        return electing(api, namespace, name);
    }

    private static OperatorHarness electing(KubeApi api, String namespace, String identity) {
        OperatorHarness harness = new OperatorHarness(
                api, namespace, Set.of(namespace), api.client().getMasterUrl().getPort());
        harness.identity = identity;
        return started(harness);
    }

    public void startOperator() {
        OperatorOptions options = new OperatorOptions(
                namespace,
                OperatorOptions.LEASE,
                identity == null ? "test" : identity,
                "test",
                watched,
                new InetSocketAddress("127.0.0.1", 0),
                identity != null,
                Duration.ofSeconds(1),
                null,
                null);
        try {
            operator = Operator.start(options, client, clock, ended::incrementAndGet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void stopOperator() {
        operator.close();
    }

    /** {@return the HTTP status of a probe} */
    int probe(String path) throws IOException {
        return connection(path).getResponseCode();
    }

    /** {@return what a page shows} */
    String page(String path) throws IOException {
        return new String(connection(path).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private HttpURLConnection connection(String path) throws IOException {
        return (HttpURLConnection) URI.create("http://127.0.0.1:" + operator.httpPort() + path)
                .toURL()
                .openConnection();
    }

    public OperatorClock clock() {
        return clock;
    }

    /** How often the operator asked for its process to end. */
    int ended() {
        return ended.get();
    }

    public String namespace() {
        return namespace;
    }

    public KubernetesClient client() {
        return api.client();
    }

    public void apply(String yaml) {
        api.client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .serverSideApply();
    }

    public void backend(String name, String endpoint, String more) {
        apply("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: %s}
                spec:
                  endpoints: ["%s"]
                """.formatted(name, endpoint) + more.indent(2));
    }

    public void policy(String name, String backend, String keyPattern, String ttl) {
        policy(name, backend, keyPattern, ttl, "");
    }

    void policy(String name, String backend, String keyPattern, String ttl, String more) {
        apply("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CachePolicy
                metadata: {name: %s}
                spec:
                  backendRef: {name: %s}
                  keyPattern: "%s"
                  ttl: {value: %s}
                """.formatted(name, backend, keyPattern, ttl) + more.indent(2));
    }

    void deleteBackend(String name) {
        client().resources(CacheBackend.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    public CacheBackend backend(String name) {
        return client().resources(CacheBackend.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    public CachePolicy policy(String name) {
        return client().resources(CachePolicy.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    ConfigMap configMap(String backend) {
        return client().configMaps()
                .inNamespace(namespace)
                .withName(Names.configMap(backend))
                .get();
    }

    public AgentConfig config(String backend) {
        try {
            return AgentConfigYaml.read(configMap(backend).getData().get(AgentConfig.FILE_NAME));
        } catch (AgentConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    public CacheBackend awaitBackend(String name, Predicate<CacheBackend> is) {
        return await(name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> backend(name), b -> b != null && b.getStatus() != null && is.test(b));
    }

    public CachePolicy awaitPolicy(String name, Predicate<CachePolicy> is) {
        return await(name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> policy(name),
                        p -> p != null
                                && p.getStatus() != null
                                && p.getMetadata()
                                        .getGeneration()
                                        .equals(p.getStatus().observedGeneration())
                                && is.test(p));
    }

    public static Predicate<CacheBackend> backendIs(String type, String status, String reason) {
        return backend -> is(backend.getStatus().conditions(), type, status, reason);
    }

    public static Predicate<CachePolicy> policyIs(String type, String status, String reason) {
        return policy -> is(policy.getStatus().conditions(), type, status, reason);
    }

    private static boolean is(List<Condition> conditions, String type, String status, String reason) {
        return conditions.stream()
                .anyMatch(c -> c.getType().equals(type)
                        && c.getStatus().equals(status)
                        && c.getReason().equals(reason));
    }

    static Condition condition(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** Events of one reason in this namespace. */
    List<Event> events(String reason) {
        return client().events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> reason.equals(event.getReason()))
                .toList();
    }

    /** Makes a running pod with a backend's agent. */
    public Pod agentPod(String name, String backend, Map<String, String> labels) {
        return pod(name, Map.of(Names.BACKENDS_ANNOTATION, backend), labels, Names.AGENT_LABEL);
    }

    /** Makes a running pod that asks for an agent and has none. */
    public Pod barePod(String name, Map<String, String> labels) {
        return pod(name, Map.of(), labels, Names.INJECT_LABEL);
    }

    private Pod pod(String name, Map<String, String> annotations, Map<String, String> labels, String label) {
        Pod pod = client().resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .withLabels(labels)
                        .addToLabels(label, "true")
                        .addToLabels(Names.INJECT_LABEL, "true")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withAutomountServiceAccountToken(false)
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        return client().resource(pod)
                .editStatus(p -> new PodBuilder(p)
                        .editOrNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
    }

    @Override
    public void close() {
        operator.close();
        client.close();
    }
}
