package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What the agent's image costs a pod: its size, the time from the container's start to the first PONG, and
 * resident memory idle and after {@value #REQUESTS} requests with {@value AgentUnderTest#POLICIES} policies; each beside its limit. The
 * container has what the injector gives it: a read-only root, no capability, the default memory limit.
 */
public final class ImageFootprint {

    private static final int STARTS = 9;
    private static final int REQUESTS = 1_000_000;

    private static final double SIZE_LIMIT_MB = 100;

    /** Longer than the virtual machine's interval for giving memory back. */
    private static final Duration IDLE = Duration.ofSeconds(8);

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final String CONTAINER = "cachepolicy-footprint";

    private ImageFootprint() {}

    /** @param arguments the image */
    public static void main(String[] arguments) throws Exception {
        String image = arguments[0];
        Path directory = Files.createTempDirectory("bench");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        double[] pongs = new double[STARTS];
        double idle;
        double loaded;
        try (RedisProcess redis = RedisProcess.start()) {
            int port = Ports.free();
            AgentUnderTest.configure(directory, redis.endpoint(), port);
            for (int i = 0; i < STARTS; i++) {
                pongs[i] = start(image, directory, port);
            }
            Thread.sleep(IDLE.toMillis());
            idle = residentMib();
            Subject.load(port, REQUESTS, directory.resolve("benchmark.log"));
            Thread.sleep(IDLE.toMillis());
            loaded = residentMib();
        } finally {
            docker("rm", "--force", CONTAINER);
        }
        Arrays.sort(pongs);
        System.out.printf("%-46s %8s %8s%n", image, "measured", "limit");
        row(
                "size, MB",
                Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6,
                SIZE_LIMIT_MB);
        row("container start to first PONG, ms, median of " + STARTS, pongs[STARTS / 2], Limits.PONG_MILLIS.limit());
        row("resident, idle, MiB", idle, Limits.RESIDENT_MIB.limit());
        row("resident, after %d requests, MiB".formatted(REQUESTS), loaded, Limits.RESIDENT_MIB.limit());
    }

    private static void row(String what, double measured, double limit) {
        System.out.printf("%-46s %8.1f %8.0f%s%n", what, measured, limit, measured > limit ? "  ABOVE" : "");
    }

    /**
     * Starts a container in place of the last. The first PONG is awaited beside {@code docker run}, which returns later than
     * an agent answers.
     *
     * @return milliseconds from the container's start, as the engine tells it, to the first PONG
     */
    private static double start(String image, Path directory, int port) throws Exception {
        docker("rm", "--force", CONTAINER);
        int adminPort = Ports.free();
        FutureTask<Instant> answered = new FutureTask<>(() -> firstPong(port));
        Thread.ofPlatform().start(answered);
        docker(
                "run",
                "--detach",
                "--name=" + CONTAINER,
                "--network=host",
                "--read-only",
                "--cap-drop=ALL",
                "--memory=256m",
                "--env=POD_NAMESPACE=shop",
                "--env=POD_NAME=web-0",
                "--env=POD_UID=pod-uid",
                "--volume=" + directory.resolve("config") + ":/etc/cachepolicy/config:ro",
                "--tmpfs=/var/lib/cachepolicy:uid=65532",
                image,
                "agent",
                "--config",
                "/etc/cachepolicy/config",
                "--admin-port",
                String.valueOf(adminPort));
        Instant pong;
        try {
            pong = answered.get();
        } catch (ExecutionException e) {
            throw new IOException("the agent does not answer: " + docker("logs", CONTAINER), e);
        }
        Instant started = Instant.parse(docker("inspect", "--format", "{{.State.StartedAt}}", CONTAINER));
        return Duration.between(started, pong).toNanos() / 1e6;
    }

    private static Instant firstPong(int port) throws IOException {
        long begin = System.nanoTime();
        while (!Subject.pong(port)) {
            if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
                throw new IOException("no PONG within " + START_LIMIT);
            }
            LockSupport.parkNanos(1_000_000);
        }
        return Instant.now();
    }

    private static double residentMib() throws IOException, InterruptedException {
        return Subject.residentKib(pid()) / 1024.0;
    }

    private static long pid() throws IOException, InterruptedException {
        return Long.parseLong(docker("inspect", "--format", "{{.State.Pid}}", CONTAINER));
    }

    private static String docker(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("docker"), Arrays.stream(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 && !List.of(arguments).contains("--force")) {
            throw new IOException("docker " + arguments[0] + ": " + output);
        }
        return output;
    }
}
