package dev.cachepolicy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program of this machine, with the first arguments and the environment that all its calls have in common. */
public final class Program {

    private final List<String> command;
    private final Map<String, String> environment;

    public Program(List<String> command, Map<String, String> environment) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    public static Program of(String... command) {
        return new Program(List.of(command), Map.of());
    }

    /** {@return kubectl in one namespace of a cluster} */
    public static Program kubectl(Path program, Path kubeConfig, String namespace) {
        return new Program(
                List.of(program.toString(), "--namespace", namespace), Map.of("KUBECONFIG", kubeConfig.toString()));
    }

    /** What a call gave: exit code, and stdout with stderr. */
    public record Result(int exitCode, String output) {}

    /** {@return what the program said, whatever its exit code} */
    public Result call(String... arguments) {
        return callWith("", arguments);
    }

    /** {@return what the program said of this input, whatever its exit code} */
    public Result callWith(String input, String... arguments) {
        List<String> line = line(arguments);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", line), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", line), e);
        }
    }

    /**
     * {@return what the program said}
     *
     * @throws IllegalStateException if it failed, with what it said
     */
    public String run(String... arguments) {
        return runWith("", arguments);
    }

    /**
     * {@return what the program said of this input}
     *
     * @throws IllegalStateException if it failed, with what it said
     */
    public String runWith(String input, String... arguments) {
        Result result = callWith(input, arguments);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", line(arguments)) + ": " + result.output());
        }
        return result.output();
    }

    /** {@return the words of a call} */
    public List<String> line(String... arguments) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return line;
    }
}
