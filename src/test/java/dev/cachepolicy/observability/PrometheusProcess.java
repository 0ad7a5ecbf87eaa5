package dev.cachepolicy.observability;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real Prometheus on loopback with the chart's rules, whose alerts fire after a second. It scrapes once a second. */
final class PrometheusProcess implements AutoCloseable {

    /** Something to scrape: {@code labels} are what a PodMonitor's or ServiceMonitor's relabelling would add. */
    record Target(String address, Map<String, String> labels, boolean honorLabels) {}

    private final Process process;
    private final Path log;
    private final URI base;

    private PrometheusProcess(Process process, Path log, URI base) {
        this.process = process;
        this.log = log;
        this.base = base;
    }

    static PrometheusProcess start(Path directory, List<Target> targets) throws IOException {
        Files.createDirectories(directory);
        Path rules = directory.resolve("rules.yaml");
        RuleFile.YAML.writeValue(rules.toFile(), quick());
        Path config = directory.resolve("prometheus.yaml");
        RuleFile.YAML.writeValue(config.toFile(), config(rules, targets));
        int port = Ports.free();
        Path log = directory.resolve("prometheus.log");
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        PrometheusProcess prometheus = new PrometheusProcess(process, log, URI.create("http://127.0.0.1:" + port));
        try {
            await("Prometheus to be ready")
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            prometheus.process.isAlive() && prometheus.api().isReady());
        } catch (RuntimeException e) {
            prometheus.close();
            throw new IOException(Files.readString(log), e);
        }
        return prometheus;
    }

    /** All groups of all files, with every alert's {@code for} replaced, as the chart's value does. */
    private static JsonNode quick() throws IOException {
        ObjectNode all = RuleFile.YAML.createObjectNode();
        for (Path file : List.of(RuleFile.RECORDING, RuleFile.ALERTS)) {
            for (JsonNode group : RuleFile.YAML.readTree(file.toFile()).path("groups")) {
                group.path("rules").forEach(rule -> {
                    if (rule.has("for")) {
                        ((ObjectNode) rule).put("for", "1s");
                    }
                });
                all.withArray("groups").add(group);
            }
        }
        return all;
    }

    private static Map<String, ?> config(Path rules, List<Target> targets) {
        return Map.of(
                "global",
                Map.of("scrape_interval", "1s", "scrape_timeout", "1s", "evaluation_interval", "1s"),
                "rule_files",
                List.of(rules.toAbsolutePath().toString()),
                "scrape_configs",
                targets.stream().map(PrometheusProcess::scrape).toList());
    }

    private static Map<String, ?> scrape(Target target) {
        return Map.of(
                "job_name",
                target.address(),
                "honor_labels",
                target.honorLabels(),
                "static_configs",
                List.of(Map.of("targets", List.of(target.address()), "labels", target.labels())),
                "metric_relabel_configs",
                List.of(Map.of("action", "labeldrop", "regex", "exported_namespace")));
    }

    URI base() {
        return base;
    }

    PrometheusApi api() {
        return new PrometheusApi(base);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
