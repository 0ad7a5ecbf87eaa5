package dev.cachepolicy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the chart renders, one folder a toggle; a new case is a new folder. With {@code UPDATE_GOLDEN=1} in the environment
 * the outputs are written instead of compared. The CRDs are left out: {@link ChartFilesTest} compares them.
 */
class ChartGoldenIT {

    private static final boolean UPDATE = "1".equals(System.getenv("UPDATE_GOLDEN"));

    static List<String> cases() {
        return Cases.names();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void rendersWhatTheFolderSays(String name) throws IOException {
        String rendered = withoutCrds(Helm.rendered(Cases.values(name)));
        if (UPDATE) {
            Files.writeString(Cases.manifests(name), rendered);
        }
        assertThat(rendered).isEqualTo(Files.readString(Cases.manifests(name)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void lints(String name) {
        Helm.Result lint = Helm.call(
                "lint",
                "--strict",
                Helm.CHART.toString(),
                "--values",
                Cases.values(name).toString());
        assertThat(lint.exitCode()).as(lint.output() + lint.errors()).isZero();
    }

    private static String withoutCrds(String rendered) {
        return Stream.of(rendered.split("(?m)^---\n"))
                .map(String::strip)
                .filter(document -> !document.isEmpty() && !document.contains("kind: CustomResourceDefinition\n"))
                .collect(Collectors.joining("\n---\n", "", "\n"));
    }
}
