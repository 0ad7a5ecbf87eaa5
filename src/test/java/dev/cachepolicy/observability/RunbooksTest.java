package dev.cachepolicy.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunbooksTest {

    private static final Path DIRECTORY = Path.of("docs", "runbooks");
    private static final Set<String> SEVERITIES = Set.of("info", "warning", "critical");

    static List<JsonNode> alerts() {
        return RuleFile.alerts();
    }

    static List<String> alertNames() {
        return RuleFile.alertNames();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertSaysHowBadItIsWhatIsWrongAndWhereHelpIs(JsonNode rule) {
        String alert = rule.path("alert").asText();
        assertThat(rule.at("/labels/severity").asText()).isIn(SEVERITIES);
        assertThat(rule.at("/annotations/summary").asText()).as(alert).endsWith(".");
        assertThat(rule.at("/annotations/description").asText()).as(alert).endsWith(".");
        assertThat(rule.at("/annotations/runbook_url").asText()).isEqualTo("docs/runbooks/" + alert + ".md");
        assertThat(rule.path("for").asText()).as("for of %s", alert).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertAsksForSeriesThatExist(JsonNode rule) {
        assertThat(PromQl.metrics(rule.path("expr").asText())).isNotEmpty().isSubsetOf(KnownSeries.names());
    }

    @Test
    void recordingRulesAskForSeriesThatExist() {
        assertThat(RuleFile.rules())
                .allSatisfy(rule -> assertThat(PromQl.metrics(rule.path("expr").asText()))
                        .isNotEmpty()
                        .isSubsetOf(KnownSeries.names()));
    }

    @Test
    void everyAlertHasItsRunbookAndEveryRunbookItsAlert() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("README.md"))
                            .sorted())
                    .isEqualTo(alertNames().stream().map(name -> name + ".md").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("alertNames")
    void aRunbookSaysWhatToDo(String alert) throws IOException {
        List<String> lines = Files.readAllLines(DIRECTORY.resolve(alert + ".md"));
        assertThat(lines.getFirst()).isEqualTo("# " + alert);
        assertThat(lines.stream().filter(line -> line.startsWith("## ")))
                .containsExactly("## What it means", "## How to confirm", "## What to do", "## When to escalate");
        assertThat(lines).as("a command to confirm it with").anyMatch(line -> line.startsWith("kubectl "));
    }

    @Test
    void theListOfRunbooksIsComplete() throws IOException {
        String list = Files.readString(DIRECTORY.resolve("README.md"));
        assertThat(alertNames()).allSatisfy(alert -> assertThat(list).contains("(" + alert + ".md)"));
    }
}
