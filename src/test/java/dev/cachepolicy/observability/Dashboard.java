package dev.cachepolicy.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Grafana dashboard as its file has it. */
record Dashboard(String file, JsonNode json) {

    static final Path DIRECTORY = Path.of("helm", "cachepolicy-operator", "dashboards");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One panel that shows data; {@code queries} are its expressions as written, with variables. */
    record Panel(int id, String title, JsonNode json, List<String> queries) {}

    /** {@return the dashboards of the chart} */
    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Dashboard::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return every panel but the rows' headings} */
    List<Panel> panels() {
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : json.path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                List<String> queries = new ArrayList<>();
                panel.path("targets")
                        .forEach(target -> queries.add(target.path("expr").asText()));
                panels.add(
                        new Panel(panel.path("id").asInt(), panel.path("title").asText(), panel, queries));
            }
        }
        return panels;
    }

    /** {@return the variables whose values come from a query, with that query} */
    List<JsonNode> queryVariables() {
        List<JsonNode> variables = new ArrayList<>();
        json.path("templating").path("list").forEach(variable -> {
            if (variable.path("type").asText().equals("query")) {
                variables.add(variable);
            }
        });
        return variables;
    }

    @Override
    public String toString() {
        return file;
    }
}
