package dev.cachepolicy.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

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
        Outcome outcome = execute(true, input, arguments);
        return new Result(outcome.exitCode(), outcome.out());
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
        return successful(execute(true, input, arguments), arguments);
    }

    /**
     * {@return what the program printed to stdout} What it says on stderr is no part of it: kubectl remarks on its
     * connection there now and then.
     *
     * @throws IllegalStateException if it failed, with what it said
     */
    public String stdout(String... arguments) {
        return successful(execute(false, "", arguments), arguments);
    }

    private String successful(Outcome outcome, String... arguments) {
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException(
                    String.join(" ", line(arguments)) + ": " + outcome.out() + '\n' + outcome.err());
        }
        return outcome.out();
    }

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome execute(boolean merged, String input, String... arguments) {
        List<String> line = line(arguments);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(merged);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            CompletableFuture<String> err = new CompletableFuture<>();
            Thread.startVirtualThread(() -> err.complete(read(process.getErrorStream())));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String out = read(process.getInputStream());
            return new Outcome(process.waitFor(), out, err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", line), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + String.join(" ", line), e);
        }
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** {@return the words of a call} */
    public List<String> line(String... arguments) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return line;
    }
}
