package dev.cachepolicy.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.observability.PrometheusApi;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A real Prometheus in the cluster, with the scrapes and rules that the chart's monitoring objects ask for. */
public final class Prometheus {

    private static final String NAMESPACE = "monitoring";
    private static final String INTERVAL = "2s";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final YAMLMapper YAML = new YAMLMapper();

    private final KindCluster cluster;
    private final AtomicReference<@Nullable LocalPortForward> forward = new AtomicReference<>();

    private Prometheus(KindCluster cluster) {
        this.cluster = cluster;
    }

    /** {@return where this machine reaches it} */
    public URI base() {
        LocalPortForward open = forward.updateAndGet(before -> before != null && before.isAlive()
                ? before
                : cluster.client()
                        .services()
                        .inNamespace(NAMESPACE)
                        .withName("prometheus")
                        .portForward(9090));
        return URI.create("http://127.0.0.1:" + Objects.requireNonNull(open).getLocalPort());
    }

    /**
     * {@return a Prometheus that scrapes}
     *
     * @param release whose chart is asked for its monitoring objects
     */
    public static Prometheus install(KindCluster cluster, OperatorRelease release) throws IOException {
        Prometheus prometheus = new Prometheus(cluster);
        ObjectNode config = ScrapeConfigs.of(
                YAML.readTree(release.rendered("podmonitor.yaml")),
                YAML.readTree(release.rendered("servicemonitor.yaml")),
                INTERVAL);
        JsonNode rules = YAML.readTree(release.rendered("prometheusrule.yaml")).path("spec");
        try (InputStream resources = Files.newInputStream(Shop.RESOURCES.resolve("prometheus.yaml"))) {
            for (HasMetadata resource : cluster.client().load(resources).items()) {
                if (resource instanceof Deployment deployment) {
                    deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .forEach(container -> container.setImage(
                                    container.getName().equals("prometheus") ? Images.PROMETHEUS : Images.SAMPLE));
                    cluster.client()
                            .resource(new ConfigMapBuilder()
                                    .withNewMetadata()
                                    .withNamespace(NAMESPACE)
                                    .withName("prometheus")
                                    .endMetadata()
                                    .addToData("prometheus.yaml", YAML.writeValueAsString(config))
                                    .addToData("rules.yaml", YAML.writeValueAsString(rules))
                                    .addToData(
                                            "discovery.mjs", Files.readString(Shop.RESOURCES.resolve("discovery.mjs")))
                                    .build())
                            .create();
                }
                cluster.removeAtEnd(cluster.client().resource(resource).create());
            }
        }
        prometheus.kubectl().run("rollout", "status", "deployment/prometheus", "--timeout=180s");
        return prometheus;
    }

    private Program kubectl() {
        return cluster.kubectl(NAMESPACE);
    }

    public PrometheusApi api() {
        return new PrometheusApi(base());
    }

    /**
     * Gives it samples of the past, which it shows within a minute.
     *
     * @param openMetrics with a timestamp for each sample
     */
    void backfill(String openMetrics) {
        String imported =
                "cat >/tmp/past && promtool tsdb create-blocks-from openmetrics /tmp/past /data && rm /tmp/past";
        kubectl()
                .runWith(
                        openMetrics,
                        "exec",
                        "-i",
                        "deployment/prometheus",
                        "--container=prometheus",
                        "--",
                        "sh",
                        "-c",
                        imported);
    }

    /** Waits until an alert fires that has these labels, applies the remedy, and waits until it is resolved. */
    void firesAndResolves(String alert, Map<String, String> labels, Runnable remedy) {
        await(alert + " fires").atMost(PATIENCE).until(() -> fires(alert, labels));
        remedy.run();
        awaitResolved(alert, labels);
    }

    void awaitResolved(String alert, Map<String, String> labels) {
        await(alert + " is resolved").atMost(PATIENCE).until(() -> !fires(alert, labels));
    }

    /** {@return whether an alert fires that has these labels} */
    boolean fires(String alert, Map<String, String> labels) {
        return api().firing().stream()
                .filter(firing -> firing.path("alertname").asText().equals(alert))
                .anyMatch(firing -> labels.entrySet().stream()
                        .allMatch(label -> firing.path(label.getKey()).asText().equals(label.getValue())));
    }
}
