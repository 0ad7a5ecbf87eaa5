package dev.cachepolicy.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** A real Prometheus in the cluster, with the scrapes and rules that the chart's monitoring objects ask for. */
final class Prometheus {

    private static final String NAMESPACE = "monitoring";
    private static final String INTERVAL = "2s";
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KindCluster cluster;

    private Prometheus(KindCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * {@return a Prometheus that scrapes}
     *
     * @param release whose chart is asked for its monitoring objects
     */
    static Prometheus install(KindCluster cluster, OperatorRelease release) throws IOException {
        Prometheus prometheus = new Prometheus(cluster);
        ObjectNode config = ScrapeConfigs.of(
                YAML.readTree(release.rendered("podmonitor.yaml")),
                YAML.readTree(release.rendered("servicemonitor.yaml")),
                INTERVAL);
        JsonNode rules = YAML.readTree(release.rendered("prometheusrule.yaml")).path("spec");
        try (InputStream resources = Files.newInputStream(Path.of("src/test/resources/e2e/prometheus.yaml"))) {
            for (HasMetadata resource : cluster.client().load(resources).items()) {
                if (resource instanceof Deployment deployment) {
                    deployment
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .setImage(Images.PROMETHEUS);
                    cluster.client()
                            .resource(new ConfigMapBuilder()
                                    .withNewMetadata()
                                    .withNamespace(NAMESPACE)
                                    .withName("prometheus")
                                    .endMetadata()
                                    .addToData("prometheus.yaml", YAML.writeValueAsString(config))
                                    .addToData("rules.yaml", YAML.writeValueAsString(rules))
                                    .build())
                            .create();
                }
                cluster.client().resource(resource).create();
            }
        }
        prometheus.kubectl().run("rollout", "status", "deployment/prometheus", "--timeout=180s");
        return prometheus;
    }

    private Program kubectl() {
        return cluster.kubectl(NAMESPACE);
    }

    /** {@return the samples that a query has now, each with its labels under {@code metric}} */
    JsonNode query(String query) {
        return get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .at("/data/result");
    }

    /** {@return whether an alert fires whose labels contain these, as PromQL writes them: {@code a="b",c="d"}} */
    boolean fires(String alert, String labels) {
        return !query("ALERTS{alertstate=\"firing\",alertname=\"" + alert + "\""
                        + (labels.isEmpty() ? "" : "," + labels) + "}")
                .isEmpty();
    }

    /** {@return the names of the alerting rules that are loaded} */
    java.util.List<String> alerts() {
        return StreamSupport.stream(
                        get("/api/v1/rules?type=alert").at("/data/groups").spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
                .map(rule -> rule.path("name").asText())
                .toList();
    }

    private JsonNode get(String path) {
        try {
            return JSON.readTree(
                    cluster.client().raw("/api/v1/namespaces/" + NAMESPACE + "/services/prometheus:9090/proxy" + path));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("Prometheus answers no JSON to " + path, e);
        }
    }
}
