package dev.cachepolicy.bench;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one agent costs a pod: time from the start of the process to the first PONG, and resident memory idle and after
 * {@value #REQUESTS} requests, beside redis-server's own. Rounds alternate between the two, so that whatever else the
 * machine does meets both; medians are printed.
 */
public final class AgentFootprint {

    private static final int ROUNDS = 5;
    private static final int REQUESTS = 120_000;
    private static final int IDLE_MILLIS = 2000;

    /** One start, from nothing. */
    private record Round(double pongMillis, double idleMib, double loadedMib) {}

    private AgentFootprint() {}

    /** @param arguments none */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("bench");
        List<Round> agents = new ArrayList<>();
        List<Round> redises = new ArrayList<>();
        try (RedisProcess upstream = RedisProcess.start()) {
            for (int round = 1; round <= ROUNDS; round++) {
                System.err.printf("round %d of %d%n", round, ROUNDS);
                redises.add(redis(directory));
                agents.add(agent(directory, upstream));
            }
        }
        System.out.printf("%-36s %14s %14s %8s%n", "median of " + ROUNDS, "agent", "redis-server", "ratio");
        row("start to first PONG, ms", agents, redises, Round::pongMillis);
        row("resident, idle, MiB", agents, redises, Round::idleMib);
        row("resident, after %d requests, MiB".formatted(REQUESTS), agents, redises, Round::loadedMib);
    }

    private static void row(String what, List<Round> agents, List<Round> redises, ToDoubleFunction<Round> measure) {
        double agent = median(agents, measure);
        double redis = median(redises, measure);
        System.out.printf("%-36s %14.1f %14.1f %8.1f%n", what, agent, redis, agent / redis);
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> measure) {
        double[] sorted = rounds.stream().mapToDouble(measure).sorted().toArray();
        assert Arrays.stream(sorted).allMatch(value -> value > 0);
        return sorted[sorted.length / 2];
    }

    private static Round redis(Path directory) throws IOException, InterruptedException {
        int port = Ports.free();
        List<String> command = List.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString());
        return measure(command, port, directory.resolve("redis.log"));
    }

    private static Round agent(Path directory, RedisProcess upstream) throws IOException, InterruptedException {
        int port = Ports.free();
        Path config =
                Files.createDirectories(directory.resolve("config-" + port).resolve("shop-redis"));
        AgentConfig file = AgentConfigs.config(
                1,
                upstream.endpoint(),
                port,
                AgentConfigs.policy("user-profiles", "user:{id}", TtlMode.Override, 600_000));
        Files.writeString(config.resolve(AgentConfig.FILE_NAME), AgentConfigYaml.write(file));
        List<String> command = List.of(
                "bin/cachepolicy",
                "agent",
                "--config",
                config.getParent().toString(),
                "--admin-port",
                String.valueOf(Ports.free()));
        return measure(command, port, directory.resolve("agent.log"));
    }

    private static Round measure(List<String> command, int port, Path log) throws IOException, InterruptedException {
        try (Subject subject = Subject.start(command, port, log)) {
            Thread.sleep(IDLE_MILLIS);
            double idle = subject.residentKib() / 1024.0;
            subject.load(REQUESTS, log);
            return new Round(subject.toFirstPong().toNanos() / 1e6, idle, subject.residentKib() / 1024.0);
        }
    }
}
