package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Milliseconds from the start of a process to its first PONG, of agents and of redis-servers in turn.
 *
 * @param agent includes the connection to Redis, as the agent answers nothing by itself
 */
record FirstPong(Series agent, Series redis) {

    static FirstPong measure(int rounds) throws IOException {
        Path directory = Files.createTempDirectory("bench");
        DoubleStream.Builder agents = DoubleStream.builder();
        DoubleStream.Builder redises = DoubleStream.builder();
        System.err.printf("first PONG: %d starts%n", rounds);
        for (int round = 0; round < rounds; round++) {
            int redisPort = Ports.free();
            try (Subject redis = Subject.start(
                    List.of("redis-server", "--port", String.valueOf(redisPort), "--bind", "127.0.0.1", "--save", ""),
                    redisPort,
                    directory.resolve("redis.log"))) {
                redises.add(redis.toFirstPong().toNanos() / 1e6);
                int port = Ports.free();
                try (Subject agent = Subject.start(
                        AgentUnderTest.command(directory, "127.0.0.1:" + redisPort, port),
                        port,
                        directory.resolve("agent.log"))) {
                    agents.add(agent.toFirstPong().toNanos() / 1e6);
                }
            }
        }
        return new FirstPong(Series.of(agents.build()), Series.of(redises.build()));
    }
}
