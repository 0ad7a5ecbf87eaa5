package dev.cachepolicy.image;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A day in the life of an agent, in a second: it reads a configuration, serves a client, answers probes and the scrape,
 * follows a change, and ends as the kubelet ends it. What the virtual machine loaded on the way goes into the AOT cache,
 * which it writes when it ends.
 *
 * <p>The agent is a process of its own, started by the image's own entrypoint: a cache counts only for the class path and
 * the options with which it was made.
 */
public final class AgentTraining {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final List<String> CONVERSATION = List.of(
            "PING",
            "SET user:1 value",
            "GET user:1",
            "SET other value",
            "GET other",
            "MGET user:1 user:2",
            "EXPIRE user:1 100",
            "HGET user:1 field",
            "INCR user:2",
            "DEL user:1",
            "TTL user:1",
            "NOSUCHCOMMAND",
            "MULTI",
            "SET user:1 value",
            "EXEC");

    private static final int ROUNDS = 20;

    private AgentTraining() {}

    /** @param entrypoint the command that starts an image's program, with the option that makes it write a cache */
    public static void main(String[] entrypoint) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("training");
        int port = Ports.free();
        int adminPort = Ports.free();
        try (TrainingRedis redis = TrainingRedis.start()) {
            configure(directory, 1, redis, port);
            Process agent = start(entrypoint, directory, adminPort);
            converse(port, agent);
            for (String page : List.of("/readyz", "/healthz", "/metrics", "/status")) {
                URI.create("http://127.0.0.1:" + adminPort + page)
                        .toURL()
                        .openStream()
                        .readAllBytes();
            }
            configure(directory, 2, redis, port);
            converse(port, agent);
            agent.destroy();
            if (!agent.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || agent.exitValue() != 0) {
                throw new IllegalStateException("the agent did not end as it was asked to");
            }
        }
    }

    private static void configure(Path directory, long revision, TrainingRedis redis, int port) throws IOException {
        Path backend = Files.createDirectories(directory.resolve("config").resolve("shop-redis"));
        AgentConfig config = AgentConfigs.config(revision, redis.endpoint(), port, policies());
        Files.writeString(backend.resolve(AgentConfig.FILE_NAME), AgentConfigYaml.write(config));
    }

    /** Enough that patterns must be compared, of every form. */
    private static PolicyConfig[] policies() {
        return Stream.concat(
                        Stream.of(
                                AgentConfigs.policy("user-profiles", "user:{id}", TtlMode.Override, 600_000),
                                AgentConfigs.policy("listings", "listing:**", TtlMode.Ceiling, 60_000),
                                AgentConfigs.policy("pages", "page:*:html", TtlMode.IfUnset, 60_000)),
                        IntStream.range(0, 20)
                                .mapToObj(i -> AgentConfigs.policy(
                                        "policy-" + i, "key" + i + ":{id}", TtlMode.Override, 60_000)))
                .toArray(PolicyConfig[]::new);
    }

    private static Process start(String[] entrypoint, Path directory, int adminPort) throws IOException {
        List<String> command = new ArrayList<>(List.of(entrypoint));
        command.addAll(List.of(
                "agent",
                "--config",
                directory.resolve("config").toString(),
                "--state",
                directory.resolve("state").toString(),
                "--pod-info",
                directory.resolve("pod").toString(),
                "--admin-port",
                String.valueOf(adminPort)));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(Map.of("POD_NAMESPACE", "shop", "POD_NAME", "web-0", "POD_UID", "pod-uid"));
        return builder.start();
    }

    private static void converse(int port, Process agent) throws IOException {
        try (Socket socket = connect(port, agent)) {
            InputStream replies = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int round = 0; round < ROUNDS; round++) {
                for (String command : CONVERSATION) {
                    socket.getOutputStream().write(TrainingRedis.request(command));
                    if (replies.read(buffer) < 0) {
                        throw new IOException("the agent closed the connection at " + command);
                    }
                }
            }
            socket.getOutputStream().write("GET user:1\r\n".getBytes(StandardCharsets.US_ASCII));
            replies.read(buffer);
        }
    }

    private static Socket connect(int port, Process agent) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout((int) LIMIT.toMillis());
                return socket;
            } catch (IOException e) {
                if (!agent.isAlive() || System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new IOException("the agent does not listen", e);
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }
}
