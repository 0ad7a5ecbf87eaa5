package dev.cachepolicy.local;

import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, started by the launcher that users have. */
public final class OperatorProcess implements AutoCloseable {

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final int httpPort;
    private Process process;

    private OperatorProcess(List<String> command, Map<String, String> environment, Path log, int httpPort)
            throws IOException {
        this.command = command;
        this.environment = environment;
        this.log = log;
        this.httpPort = httpPort;
        this.process = launch();
    }

    /** {@return an operator process, perhaps not ready yet} */
    static OperatorProcess start(Path kubeConfig, Path log, int webhookPort, List<String> options) throws IOException {
        return start(Map.of("KUBECONFIG", kubeConfig.toString()), log, webhookPort, options);
    }

    /**
     * As {@link #start(Path, Path, int, List)}.
     *
     * @param environment with {@code KUBECONFIG}, and for example {@code JAVA_OPTS}
     */
    public static OperatorProcess start(
            Map<String, String> environment, Path log, int webhookPort, List<String> options) throws IOException {
        int httpPort = Ports.free();
        List<String> command = new ArrayList<>(List.of(
                "bin/cachepolicy",
                "operator",
                "--bind",
                "127.0.0.1",
                "--http-port",
                String.valueOf(httpPort),
                "--webhook-port",
                String.valueOf(webhookPort)));
        command.addAll(options);
        return new OperatorProcess(command, Map.copyOf(environment), log, httpPort);
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    public long pid() {
        return process.pid();
    }

    /** {@return port of /metrics, /healthz and /readyz} */
    public int httpPort() {
        return httpPort;
    }

    /** Waits for /readyz. */
    public void awaitReady(Duration atMost) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(atMost);
        while (!isReady()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("the operator is not ready; its log ends with\n" + logTail());
            }
            Thread.sleep(100);
        }
    }

    private boolean isReady() {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + httpPort + "/readyz")
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again, with the same ports. */
    public void restart() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
