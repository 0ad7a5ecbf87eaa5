package dev.cachepolicy.bench;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import dev.cachepolicy.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What every agent of a benchmark is configured with: {@value #POLICIES} policies, one of which matches a load. */
final class AgentUnderTest {

    static final int POLICIES = 100;

    /** Longer than any benchmark, so that no key of its load expires. */
    static final int TTL_MILLIS = 86_400_000;

    /** The files of the agent's image with their own runtime; {@code hack/image --local} puts them there. */
    private static final Path START = Path.of("target/image/agent/start");

    private AgentUnderTest() {}

    /** {@return the directory for {@code --config}, with one backend's file in it} */
    static Path configure(Path directory, String endpoint, int port) throws IOException {
        PolicyConfig[] policies = Stream.concat(
                        Stream.of(
                                AgentConfigs.policy("user-profiles", "user:{id}", TtlMode.Override, TTL_MILLIS),
                                AgentConfigs.fenced("fenced-profiles", FencedLoads.PREFIX + "{id}", TTL_MILLIS),
                                AgentConfigs.stale(
                                        "stale-profiles",
                                        FencedWaits.STALE_PREFIX + "{id}",
                                        TTL_MILLIS,
                                        FencedWaits.STALE_FOR_MILLIS)),
                        IntStream.range(3, POLICIES)
                                .mapToObj(i -> AgentConfigs.policy(
                                        "policy-" + i, "key" + i + ":{id}", TtlMode.Override, TTL_MILLIS)))
                .toArray(PolicyConfig[]::new);
        Path config = directory.resolve("config");
        Path backend = Files.createDirectories(config.resolve("shop-redis"));
        Files.writeString(
                backend.resolve(AgentConfig.FILE_NAME),
                AgentConfigYaml.write(AgentConfigs.config(1, endpoint, port, policies)));
        return config;
    }

    /** {@return the command of an agent as the image starts it, in front of a Redis} */
    static List<String> command(Path directory, String endpoint, int port) throws IOException {
        if (!Files.isExecutable(START)) {
            throw new IOException(START + " is missing: run hack/image --local");
        }
        return List.of(
                START.toString(),
                "agent",
                "--config",
                configure(directory, endpoint, port).toString(),
                "--state",
                directory.resolve("state").toString(),
                "--admin-bind",
                "127.0.0.1",
                "--admin-port",
                String.valueOf(Ports.free()));
    }
}
