package dev.cachepolicy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.PolicyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderCommandTest {

    private static final String BACKEND = """
            ---
            apiVersion: cachepolicy.dev/v1alpha1
            kind: CacheBackend
            metadata: {name: %s}
            spec: {endpoints: ["127.0.0.1:6380"]}
            """;
    private static final String POLICY = """
            ---
            apiVersion: cachepolicy.dev/v1alpha1
            kind: CachePolicy
            metadata: {name: %s}
            spec: {backendRef: {name: shop-redis}, keyPattern: "user:{id}", ttl: {value: %s}}
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = directory.resolve("resources.yaml");
        write(BACKEND.formatted("shop-redis"), POLICY.formatted("a", "10m"));
    }

    private void write(String... documents) throws IOException {
        Files.writeString(file, String.join("", documents));
    }

    private CommandRun render(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "render";
        all[1] = file.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return CommandRun.of(all);
    }

    @Test
    void printsWhatTheAgentReads() throws Exception {
        CommandRun run = render();

        AgentConfig config = AgentConfigYaml.read(run.out());
        assertThat(config.upstream().endpoint()).isEqualTo("127.0.0.1:6380");
        assertThat(config.policies()).extracting(PolicyConfig::id).containsExactly("default/a");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void rejectedPoliciesAreLeftOutAndSaid() throws Exception {
        write(BACKEND.formatted("shop-redis"), POLICY.formatted("a", "10m"), POLICY.formatted("b", "10m"));

        CommandRun run = render();

        assertThat(AgentConfigYaml.read(run.out()).policies()).hasSize(1);
        assertThat(run.err())
                .contains("CachePolicy default/b: spec.keyPattern: CachePolicy default/a has the same pattern");
        assertThat(run.status()).isZero();
    }

    @Test
    void wrongResourcesAreNotRendered() throws Exception {
        write(BACKEND.formatted("shop-redis"), POLICY.formatted("a", "10"));

        CommandRun run = render();

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("CachePolicy default/a: spec.ttl.value: '10' has no unit: write 10s");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void ofSeveralBackendsOneIsChosen() throws Exception {
        write(BACKEND.formatted("shop-redis"), BACKEND.formatted("session-redis"));

        assertThat(render().err()).contains("choose one of shop-redis, session-redis with --backend or --out");
        assertThat(render("--backend", "other").err())
                .contains("no CacheBackend other in these files: they have shop-redis, session-redis");
        assertThat(render().status()).isEqualTo(2);
        assertThat(AgentConfigYaml.read(render("--backend", "session-redis").out())
                        .backend()
                        .name())
                .isEqualTo("session-redis");
    }

    @Test
    void withoutABackendThereIsNothingToRender() throws Exception {
        write(POLICY.formatted("a", "10m"));

        assertThat(render().err())
                .contains("no CacheBackend in these files: add the file of the one that the policies refer to");
        assertThat(render().status()).isEqualTo(2);
    }

    @Test
    void writesADirectoryForEachBackend() throws Exception {
        write(BACKEND.formatted("shop-redis"), BACKEND.formatted("session-redis"));
        Path out = directory.resolve("config");

        assertThat(render("--out", out.toString()).status()).isZero();

        assertThat(out.resolve("shop-redis/agent.yaml")).exists();
        assertThat(out.resolve("session-redis/agent.yaml")).exists();
    }

    @Test
    void aFileThatIsThereKeepsItsRevisionUnlessItsContentChanges() throws Exception {
        Path out = directory.resolve("config");
        Path agentYaml = out.resolve("shop-redis/agent.yaml");
        render("--out", out.toString());
        String first = Files.readString(agentYaml);

        render("--out", out.toString());
        assertThat(agentYaml).hasContent(first);

        write(BACKEND.formatted("shop-redis"), POLICY.formatted("a", "20m"));
        render("--out", out.toString());
        assertThat(AgentConfigYaml.read(Files.readString(agentYaml)).revision())
                .isGreaterThan(AgentConfigYaml.read(first).revision());
    }

    @Test
    void aFileThatWasCutShortIsWrittenAnew() throws Exception {
        Path agentYaml =
                Files.createDirectories(directory.resolve("config/shop-redis")).resolve("agent.yaml");
        Files.writeString(agentYaml, "revision: 1\n");

        render("--out", directory.resolve("config").toString());

        assertThat(AgentConfigYaml.read(Files.readString(agentYaml)).policies()).hasSize(1);
    }
}
