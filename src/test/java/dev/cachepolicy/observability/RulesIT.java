package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules by promtool: valid, and each alert firing and not firing on series made for it. */
class RulesIT {

    private static final Path CASES =
            Path.of("src", "test", "resources", "dev", "cachepolicy", "observability", "rules");

    static List<String> alertNames() {
        return RuleFile.alertNames();
    }

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.sorted().toList();
        }
    }

    @Test
    void rulesAreValid() {
        Promtool.Result result =
                Promtool.run("check", "rules", RuleFile.RECORDING.toString(), RuleFile.ALERTS.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void seriesGiveTheAlertsThatAreExpected(Path file) {
        Promtool.Result result = Promtool.run("test", "rules", file.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("alertNames")
    void everyAlertHasACaseInWhichItFiresAndOneInWhichItDoesNot(String alert) throws IOException {
        JsonNode file = RuleFile.YAML.readTree(CASES.resolve(alert + ".yaml").toFile());
        List<JsonNode> checks = Stream.of(file.path("tests"))
                .flatMap(tests -> tests.findValues("alert_rule_test").stream())
                .flatMap(test -> test.valueStream())
                .filter(test -> test.path("alertname").asText().equals(alert))
                .map(test -> test.path("exp_alerts"))
                .toList();
        assertThat(checks)
                .anyMatch(expected -> !expected.isEmpty())
                .anyMatch(expected -> expected instanceof ArrayNode && expected.isEmpty());
    }

    @Test
    void queriesOfDashboardsAreValid(@TempDir Path directory) throws IOException {
        List<Map<String, String>> rules = Dashboard.all().stream()
                .flatMap(dashboard -> dashboard.panels().stream())
                .flatMap(panel -> panel.queries().stream())
                .map(query -> Map.of("record", "query", "expr", Variables.EVERYTHING.substitute(query)))
                .distinct()
                .toList();
        Path file = directory.resolve("queries.yaml");
        RuleFile.YAML.writeValue(file.toFile(), Map.of("groups", List.of(Map.of("name", "queries", "rules", rules))));

        Promtool.Result result = Promtool.run("check", "rules", "--lint=none", file.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
