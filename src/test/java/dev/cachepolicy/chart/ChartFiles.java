package dev.cachepolicy.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of the chart that are made of others: the CRDs, because a chart must hold them itself, and the README's table
 * of values. {@code main} writes them ({@code make chart}); {@link ChartFilesTest} holds them against what they are made of.
 */
final class ChartFiles {

    static final Path CRDS = Path.of("crds");
    static final Path CHART_CRDS = Helm.CHART.resolve("files/crds");
    static final Path README = Helm.CHART.resolve("README.md");

    private static final String BEGIN = "<!-- values: made by `make chart` -->\n";
    private static final String END = "<!-- end of values -->\n";

    private ChartFiles() {}

    public static void main(String[] args) throws IOException {
        for (Path crd : crds(CRDS)) {
            Files.writeString(CHART_CRDS.resolve(crd.getFileName()), Files.readString(crd));
        }
        Files.writeString(README, readme());
    }

    static List<Path> crds(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** {@return what the README must be: its text with the table of the values as they are} */
    static String readme() throws IOException {
        String table = ValuesTable.of(Files.readAllLines(Helm.CHART.resolve("values.yaml")));
        return Pattern.compile(Pattern.quote(BEGIN) + ".*?" + Pattern.quote(END), Pattern.DOTALL)
                .matcher(Files.readString(README))
                .replaceFirst(
                        match -> BEGIN + "\n" + table.replace("\\", "\\\\").replace("$", "\\$") + "\n" + END);
    }
}
