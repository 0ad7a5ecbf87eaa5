package dev.cachepolicy.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/**
 * Does what Prometheus Operator does with a PodMonitor and a ServiceMonitor, as far as the chart's use it, so that their
 * own relabellings are what is tried. What there is to scrape is told by {@code discovery.mjs}.
 */
final class ScrapeConfigs {

    private ScrapeConfigs() {}

    static ObjectNode of(JsonNode podMonitor, JsonNode serviceMonitor, String interval) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.putObject("global").put("scrape_interval", interval).put("evaluation_interval", interval);
        config.putArray("rule_files").add("/etc/cachepolicy/rules.yaml");
        ArrayNode jobs = config.putArray("scrape_configs");
        jobs.add(job("agents", "pod", podMonitor, podMonitor.at("/spec/podMetricsEndpoints/0")));
        jobs.add(job("operator", "endpoints", serviceMonitor, serviceMonitor.at("/spec/endpoints/0")));
        return config;
    }

    private static ObjectNode job(String name, String role, JsonNode monitor, JsonNode endpoint) {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        job.put("job_name", name);
        job.put("metrics_path", endpoint.path("path").asText("/metrics"));
        job.put("honor_labels", endpoint.path("honorLabels").asBoolean());
        job.putArray("http_sd_configs")
                .addObject()
                .put("url", "http://127.0.0.1:9099/" + role)
                .put("refresh_interval", "2s");
        ArrayNode relabel = job.putArray("relabel_configs");
        boolean pods = role.equals("pod");
        Map<String, String> labels = new java.util.TreeMap<>();
        monitor.at("/spec/selector/matchLabels")
                .fields()
                .forEachRemaining(
                        label -> labels.put(label.getKey(), label.getValue().asText()));
        labels.forEach((label, value) -> keep(
                relabel,
                "__meta_kubernetes_" + (pods ? "pod" : "service") + "_label_" + label.replaceAll("[^a-zA-Z0-9_]", "_"),
                value));
        keep(
                relabel,
                pods ? "__meta_kubernetes_pod_container_port_name" : "__meta_kubernetes_endpoint_port_name",
                endpoint.path("port").asText());
        copy(relabel, "__meta_kubernetes_namespace", "namespace");
        copy(relabel, "__meta_kubernetes_pod_name", "pod");
        copy(relabel, "__meta_kubernetes_pod_container_name", "container");
        endpoint.path("relabelings").forEach(rule -> relabel.add(snakeCase(rule)));
        ArrayNode metrics = job.putArray("metric_relabel_configs");
        endpoint.path("metricRelabelings").forEach(rule -> metrics.add(snakeCase(rule)));
        return job;
    }

    private static void keep(ArrayNode relabel, String source, String value) {
        ObjectNode rule = relabel.addObject().put("action", "keep").put("regex", value);
        rule.putArray("source_labels").add(source);
    }

    private static void copy(ArrayNode relabel, String source, String target) {
        relabel.addObject()
                .put("target_label", target)
                .putArray("source_labels")
                .add(source);
    }

    private static ObjectNode snakeCase(JsonNode rule) {
        ObjectNode converted = JsonNodeFactory.instance.objectNode();
        rule.fields()
                .forEachRemaining(field -> converted.set(
                        field.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), field.getValue()));
        return converted;
    }
}
