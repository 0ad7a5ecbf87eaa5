package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.local.EditedYaml;
import dev.cachepolicy.local.LocalCluster;
import dev.cachepolicy.local.PodTemplates;
import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.metrics.Metric.Exposer;
import dev.cachepolicy.observability.PrometheusProcess.Target;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real Prometheus at a real operator and a real agent under load, with the chart's rules. */
class PrometheusIT {

    private static final Path EXAMPLES = Path.of("examples");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NAMESPACE = KubeApi.shared().newNamespace();

    @TempDir
    static Path directory;

    private static RedisProcess redis;
    private static LocalCluster cluster;
    private static PrometheusProcess prometheus;
    private static String operatorAddress;
    private static String agentAddress;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        cluster = LocalCluster.start(directory, KubeApi.shared(), redis, "--redis-poll", "1s");
        cluster.addNamespace(NAMESPACE);
        Path backend = EditedYaml.write(
                EXAMPLES.resolve("cachebackend.yaml"),
                "CacheBackend",
                EditedYaml.endpoint(redis.endpoint()),
                directory.resolve("backend.yaml"));
        kubectl("apply", "-f", backend.toString());
        kubectl("apply", "-f", EXAMPLES.resolve("policies").toString());
        KubeApi.shared()
                .client()
                .resource(PodTemplates.pod(
                        KubeApi.shared().client(), EXAMPLES.resolve("apps/node-cache-aside.yaml"), NAMESPACE, "web"))
                .create();
        await("the pod to be ready").atMost(PATIENCE).until(() -> isReady(web()));
        operatorAddress = "127.0.0.1:" + cluster.operator().httpPort();
        agentAddress = web().getStatus().getPodIP() + ":9147";
        prometheus = PrometheusProcess.start(
                directory.resolve("prometheus"),
                List.of(
                        new Target(operatorAddress, Map.of("namespace", "cachepolicy-system", "pod", "operator"), true),
                        new Target(
                                agentAddress,
                                Map.of("namespace", NAMESPACE, "pod", "web", "workload", "node-cache-aside"),
                                false)));
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        redis.close();
    }

    private static Pod web() {
        return KubeApi.shared()
                .client()
                .pods()
                .inNamespace(NAMESPACE)
                .withName("web")
                .get();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static String kubectl(String... arguments) {
        return cluster.kubectl(NAMESPACE).run(arguments);
    }

    @Test
    void everyQueryOfEveryDashboardReturnsData() {
        await().atMost(PATIENCE)
                .until(() -> !prometheus
                        .api()
                        .query("cachepolicy_policy_change_acknowledged_duration_seconds_count")
                        .isEmpty());
        kubectl("patch", "cpol", "user-profiles", "--type=merge", "-p", "{\"spec\":{\"ttl\":{\"value\":\"5m\"}}}");
        DashboardQueries queries =
                new DashboardQueries(prometheus.base(), Duration.ofSeconds(30), Duration.ofMinutes(10));

        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(queries.withoutData()).isEmpty());
    }

    @Test
    void everyRuleIsEvaluatedAndRatiosAreRecordedByWorkload() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(prometheus.api().rules().findValuesAsText("health"))
                    .hasSameSizeAs(RuleFile.rules())
                    .containsOnly("ok");
            assertThat(prometheus
                            .api()
                            .query("namespace_workload_policy:cachepolicy_hits:ratio_rate5m{namespace=\"" + NAMESPACE
                                    + "\",workload=\"node-cache-aside\",policy=\"user-profiles\"}"))
                    .singleElement()
                    .satisfies(ratio -> assertThat(ratio).isBetween(0.0, 1.0));
        });
    }

    @Test
    void anUnreachableRedisFiresAndResolves() {
        String alert = "CacheBackendRedisUnreachable";
        redis.kill();
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(prometheus.api().firing()).anySatisfy(labels -> {
                        assertThat(labels.path("alertname").asText()).isEqualTo(alert);
                        assertThat(labels.path("namespace").asText()).isEqualTo(NAMESPACE);
                        assertThat(labels.path("backend").asText()).isEqualTo("shop-redis");
                    }));
        } finally {
            redis.restart();
        }
        // Other tests have left backends without a Redis on the same API server.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(prometheus.api().firing())
                        .noneMatch(labels -> labels.path("alertname").asText().equals(alert)
                                && labels.path("namespace").asText().equals(NAMESPACE)));
    }

    static List<String> commandsOfRunbooks() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("docs", "runbooks"))) {
            return files.flatMap(PrometheusIT::lines)
                    // What needs a kubelet, cert-manager or two replicas is left to the clusters that have them.
                    .filter(line -> line.matches("kubectl (get|describe) (?!--raw|certificates|lease).*"))
                    .distinct()
                    .toList();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("commandsOfRunbooks")
    void aCommandOfARunbookWorks(String line) throws Exception {
        String command = line.replace("NAMESPACE", NAMESPACE)
                .replace("BACKEND", "shop-redis")
                .replace("POLICY", "user-profiles")
                .replaceFirst("kubectl", KubeApi.shared().kubectl().toString());
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
        shell.environment().put("KUBECONFIG", cluster.kubeConfig().toString());
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isNotBlank();
    }

    static List<Metric> metrics() {
        return Arrays.asList(Metric.values());
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void aMetricIsExposedByThoseThatTheReferenceNames(Metric metric) throws Exception {
        assertThat(exposes(agentAddress, metric)).isEqualTo(metric.exposer() != Exposer.OPERATOR);
        assertThat(exposes(operatorAddress, metric)).isEqualTo(metric.exposer() != Exposer.AGENT);
    }

    private static boolean exposes(String address, Metric metric) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body()
                    .lines()
                    .anyMatch(("# HELP " + metric.queryName() + " " + metric.help())::equals);
        }
    }
}
