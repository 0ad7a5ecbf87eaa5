package dev.cachepolicy.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders with values of the chart, one a toggle: {@code in-values.yaml} gives {@code out-manifests.yaml}. */
final class Cases {

    private static final Path FOLDERS = Path.of("src/test/resources/dev/cachepolicy/chart");

    private Cases() {}

    static List<String> names() {
        try (Stream<Path> folders = Files.list(FOLDERS)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path values(String name) {
        return FOLDERS.resolve(name).resolve("in-values.yaml");
    }

    static Path manifests(String name) {
        return FOLDERS.resolve(name).resolve("out-manifests.yaml");
    }
}
