package dev.cachepolicy.chart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The real helm, on the chart of this repository, without a cluster. */
final class Helm {

    static final Path CHART = Path.of("helm", "cachepolicy-operator");

    /** Name and namespace that the README installs under. */
    static final String RELEASE = "cachepolicy-operator";

    static final String NAMESPACE = "platform";

    private static final String PROGRAM = program();

    private Helm() {}

    /** What a call gave. */
    record Result(int exitCode, String output, String errors) {}

    /** {@return what helm said, whatever its exit code} */
    static Result call(String... arguments) {
        return run(Stream.concat(Stream.of(PROGRAM), Stream.of(arguments)).toList());
    }

    /** {@return what the chart renders with these values, as one stream of documents; and what helm said, if it failed} */
    static Result template(Path values, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("template", RELEASE, CHART.toString(), "--namespace", NAMESPACE));
        arguments.addAll(List.of("--values", values.toString()));
        arguments.addAll(List.of(more));
        return call(arguments.toArray(String[]::new));
    }

    /**
     * {@return what the chart renders with these values}
     *
     * @throws IllegalStateException if helm refuses; with what it said
     */
    static String rendered(Path values, String... more) {
        Result result = template(values, more);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("helm template --values " + values + ": " + result.errors());
        }
        return result.output();
    }

    private static String program() {
        Result found = run(List.of("hack/helm", "--check"));
        if (found.exitCode() != 0) {
            throw new IllegalStateException("there is no helm 3.14 or newer: run hack/helm first");
        }
        return found.output().strip();
    }

    private static Result run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            try (InputStream errors = process.getErrorStream()) {
                // Helm's errors are short, so they wait in the pipe while its output is read.
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Result(
                        process.waitFor(), output, new String(errors.readAllBytes(), StandardCharsets.UTF_8).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
        }
    }
}
