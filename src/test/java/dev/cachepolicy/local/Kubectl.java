package dev.cachepolicy.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl, in one namespace of a cluster. */
public final class Kubectl {

    private final Path program;
    private final Path kubeConfig;
    private final String namespace;

    /** kubectl at {@code program}, with the context of a kubeconfig file. */
    public Kubectl(Path program, Path kubeConfig, String namespace) {
        this.program = program;
        this.kubeConfig = kubeConfig;
        this.namespace = namespace;
    }

    /** What a call gave: exit code, and stdout with stderr. */
    public record Result(int exitCode, String output) {}

    /** {@return what kubectl said, whatever its exit code} */
    public Result call(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--namespace", namespace));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeConfig.toString());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in kubectl " + String.join(" ", arguments), e);
        }
    }

    /**
     * {@return what kubectl said}
     *
     * @throws IllegalStateException if it failed
     */
    public String run(String... arguments) {
        Result result = call(arguments);
        if (result.exitCode() != 0) {
            throw new IllegalStateException("kubectl " + String.join(" ", arguments) + ": " + result.output());
        }
        return result.output();
    }
}
