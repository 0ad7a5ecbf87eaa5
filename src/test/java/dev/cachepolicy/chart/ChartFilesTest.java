package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChartFilesTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void crdsAreThoseOfTheTypes() throws IOException {
        assertThat(names(ChartFiles.CHART_CRDS))
                .isEqualTo(names(ChartFiles.CRDS))
                .isNotEmpty();
        for (Path crd : ChartFiles.crds(ChartFiles.CRDS)) {
            assertThat(ChartFiles.CHART_CRDS.resolve(crd.getFileName()))
                    .as("run make chart and commit the result")
                    .hasSameTextualContentAs(crd);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        return ChartFiles.crds(directory).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    @Test
    void readmeShowsTheValuesAsTheyAre() throws IOException {
        assertThat(Files.readString(ChartFiles.README))
                .as("run make chart and commit the result")
                .isEqualTo(ChartFiles.readme())
                .contains("| `watchNamespaces` | ");
    }

    @Test
    void everyValueIsDescribed() throws IOException {
        List<ValuesTable.Row> rows = ValuesTable.rows(Files.readAllLines(Helm.CHART.resolve("values.yaml")));
        assertThat(rows).hasSizeGreaterThan(50);
        assertThat(rows.stream()
                        .filter(row ->
                                !row.fallback().isEmpty() && row.description().isEmpty()))
                .as("write a comment above the key in values.yaml")
                .isEmpty();
    }

    @Test
    void schemaKnowsEveryValueAndNoOther() throws IOException {
        JsonNode values = YAML.readTree(Helm.CHART.resolve("values.yaml").toFile());
        JsonNode schema = new JsonMapper()
                .readTree(Helm.CHART.resolve("values.schema.json").toFile());
        TreeSet<String> said = new TreeSet<>();
        TreeSet<String> known = new TreeSet<>();
        paths("", values, said, schema, schema);
        schemaPaths("", schema, schema, known);
        assertThat(said).isEqualTo(known);
    }

    /** Values below which the schema has no fixed fields are one value. */
    private static void paths(String path, JsonNode values, TreeSet<String> paths, JsonNode schema, JsonNode root) {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            String at = path + "." + value.getKey();
            JsonNode below = resolve(schema.path("properties").path(value.getKey()), root);
            if (below.path("properties").isEmpty() || value.getValue().isEmpty()) {
                paths.add(at);
            } else {
                paths(at, value.getValue(), paths, below, root);
            }
        }
    }

    private static void schemaPaths(String path, JsonNode schema, JsonNode root, TreeSet<String> paths) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String at = path + "." + property.getKey();
            JsonNode below = resolve(property.getValue(), root);
            if (at.equals(".global")) {
                continue; // Helm's own
            }
            boolean open = at.matches(".*\\.(issuerRef|namespaceSelector)");
            if (below.path("properties").isEmpty() || open) {
                paths.add(at);
            } else {
                schemaPaths(at, below, root, paths);
            }
        }
    }

    private static JsonNode resolve(JsonNode schema, JsonNode root) {
        return schema.has("$ref") ? root.at(schema.path("$ref").asText().substring(1)) : schema;
    }

    @Test
    void versionIsTheBuilds() throws IOException {
        Matcher pom = Pattern.compile("<version>([0-9.]+)(-SNAPSHOT)?</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(pom.find()).isTrue();
        JsonNode chart = YAML.readTree(Helm.CHART.resolve("Chart.yaml").toFile());
        assertThat(chart.path("appVersion").asText()).isEqualTo(pom.group(1));
        assertThat(chart.path("version").asText()).isEqualTo(pom.group(1));
    }
}
