package dev.cachepolicy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentConfigs;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages tell people to write and to expect, written and seen. */
class PagesIT {

    private static final long TEN_MINUTES = 600_000;

    @TempDir
    Path directory;

    @Test
    void theApiServerTakesEveryResourceInThePages() throws IOException {
        KubeApi api = KubeApi.shared();
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .endMetadata()
                        .build())
                .serverSideApply();
        Program kubectl = Program.kubectl(
                api.kubectl(), Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml()), "shop");
        List<String> taken = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String block : Pages.blocks(page, "yaml")) {
                if (block.contains("apiVersion: cachepolicy.dev") || block.contains("apiVersion: apps/")) {
                    Path file = Files.writeString(directory.resolve("block.yaml"), block);
                    Program.Result result =
                            kubectl.call("apply", "--server-side", "--dry-run=server", "-f", file.toString());
                    assertThat(result.exitCode())
                            .as("%s: %s\n%s", page, result.output(), block)
                            .isZero();
                    taken.add(result.output());
                }
            }
        }
        assertThat(taken).hasSizeGreaterThan(3);
    }

    @Test
    void theTableOfExpiriesIsTrue() throws Exception {
        int port = Ports.free();
        List<List<String>> rows = Pages.table(Path.of("docs/guides/application-team.md"), "ttl-table");
        assertThat(rows).hasSizeGreaterThan(10);
        try (RedisProcess redis = RedisProcess.start();
                AgentProcess agent = AgentProcess.below(directory)) {
            AgentConfig config = AgentConfigs.config(
                    1,
                    redis.endpoint(),
                    port,
                    AgentConfigs.policy("override", "override:{key}", TtlMode.Override, TEN_MINUTES),
                    AgentConfigs.policy("ceiling", "ceiling:{key}", TtlMode.Ceiling, TEN_MINUTES),
                    AgentConfigs.policy("if-unset", "if-unset:{key}", TtlMode.IfUnset, TEN_MINUTES));
            agent.configure("shop-redis", config).start();
            for (List<String> row : rows) {
                List<String> measured = new ArrayList<>(List.of(row.getFirst()));
                for (String policy : List.of("none", "override", "ceiling", "if-unset")) {
                    redis.cli("FLUSHALL");
                    send(port, row.getFirst(), policy + ":1");
                    measured.add(ttl(redis, policy + ":1"));
                }
                assertThat(measured).isEqualTo(row);
            }
        }
    }

    /** Sends what the first cell says, with a key in place of k. */
    private static void send(int port, String cell, String key) throws Exception {
        for (String command : cell.replace("`", "").split(" then ")) {
            List<String> line = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
            Arrays.stream(command.split(" "))
                    .map(word -> word.equals("k") ? key : word)
                    .forEach(line::add);
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            assertThat(new String(process.getInputStream().readAllBytes()).strip())
                    .as(command)
                    .isNotEmpty()
                    .doesNotContain("ERR", "refused");
        }
    }

    /** {@return the seconds that a key was given; some milliseconds have passed since} */
    private static String ttl(RedisProcess redis, String key) {
        long millis = Long.parseLong(redis.cli("PTTL", key));
        return Stream.of(60L, 600L, 3600L)
                .filter(seconds -> millis <= seconds * 1000 && millis > seconds * 1000 - 20_000)
                .map(String::valueOf)
                .findFirst()
                .orElse(String.valueOf(millis));
    }
}
