package dev.cachepolicy.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The rules of the chart as their files have them. */
final class RuleFile {

    static final Path DIRECTORY = Path.of("helm", "cachepolicy-operator", "rules");
    static final Path RECORDING = DIRECTORY.resolve("recording.yaml");
    static final Path ALERTS = DIRECTORY.resolve("alerts.yaml");

    static final YAMLMapper YAML = new YAMLMapper();

    private RuleFile() {}

    /** {@return every rule of both files} */
    static List<JsonNode> rules() {
        return Stream.concat(read(RECORDING).stream(), read(ALERTS).stream()).toList();
    }

    /** {@return the rules that make alerts} */
    static List<JsonNode> alerts() {
        return read(ALERTS);
    }

    /** {@return the names of alerts, each once} */
    static List<String> alertNames() {
        return alerts().stream()
                .map(rule -> rule.path("alert").asText())
                .distinct()
                .sorted()
                .toList();
    }

    /** {@return the series that recording rules make} */
    static List<String> recorded() {
        return read(RECORDING).stream()
                .map(rule -> rule.path("record").asText())
                .toList();
    }

    private static List<JsonNode> read(Path file) {
        try {
            List<JsonNode> rules = new ArrayList<>();
            YAML.readTree(file.toFile())
                    .path("groups")
                    .forEach(group -> group.path("rules").forEach(rules::add));
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
