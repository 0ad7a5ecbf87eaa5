package dev.cachepolicy.testing;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code bin/cachepolicy agent} as a process of its own, with the classes just compiled, in the pod {@code shop/web-0}. Its
 * directories lie below one root and are written as the kubelet writes them.
 */
public final class AgentProcess implements AutoCloseable {

    private final Path root;
    private final int adminPort = Ports.free();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, MountedVolume> volumes = new HashMap<>();
    private final List<String> options = new ArrayList<>();
    private Process process;

    private AgentProcess(Path root) {
        this.root = root;
    }

    /** {@return an agent that is not started yet} */
    public static AgentProcess below(Path root) {
        return new AgentProcess(root);
    }

    /** Mounts a configuration for a backend, or replaces it. */
    public AgentProcess configure(String backend, AgentConfig config) {
        return mount("config/" + backend, Map.of(AgentConfig.FILE_NAME, AgentConfigYaml.write(config)));
    }

    /** Mounts files in a directory below the root, or replaces them. */
    public AgentProcess mount(String directory, Map<String, String> files) {
        volumes.computeIfAbsent(directory, d -> MountedVolume.at(root.resolve(d)))
                .write(files);
        return this;
    }

    /** More options for the command line. */
    public AgentProcess with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Starts the process; does not wait for anything. */
    public AgentProcess launch() {
        List<String> command = new ArrayList<>(List.of(
                "bin/cachepolicy",
                "agent",
                "--config",
                root.resolve("config").toString(),
                "--secrets",
                root.resolve("secrets").toString(),
                "--state",
                root.resolve("state").toString(),
                "--pod-info",
                root.resolve("pod").toString(),
                "--admin-bind",
                "127.0.0.1",
                "--admin-port",
                String.valueOf(adminPort)));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment()
                .putAll(Map.of(
                        "CACHEPOLICY_CLASSPATH", System.getProperty("java.class.path"),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "POD_NAMESPACE", "shop",
                        "POD_NAME", "web-0",
                        "POD_UID", "pod-uid"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Starts the process and waits until it is ready. */
    public AgentProcess start() {
        launch();
        await("the agent to be ready: " + output())
                .atMost(Duration.ofSeconds(30))
                .until(() -> process.isAlive() && status("/readyz") == 200);
        return this;
    }

    private Path log() {
        return root.resolve("agent.log");
    }

    /** {@return what it wrote to standard output and error so far} */
    public String output() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Process process() {
        return process;
    }

    /** {@return the HTTP status of a page of the admin port; 0: no answer} */
    public int status(String page) {
        try {
            return get(page).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** {@return a page of the admin port} */
    public String page(String page) {
        try {
            return get(page).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String page) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + page))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * {@return the value of a sample on {@code /metrics}; 0 if it is not there}
     *
     * @param sample name and labels as the page writes them
     */
    public double metric(String sample) {
        return page("/metrics")
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** {@return the exit status, once the process ended} */
    public int awaitExit() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the agent does not end: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        if (process != null) {
            process.destroyForcibly();
            awaitExit();
        }
    }
}
