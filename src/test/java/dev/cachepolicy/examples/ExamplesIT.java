package dev.cachepolicy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.cli.CommandRun;
import dev.cachepolicy.testing.KubeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users begin by copying these files, with kubectl, so kubectl applies them here. */
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("examples");
    private static final String EXPECT = "# expect: ";

    /** Rules that OpenAPI, or Go's JSON, has words for; all other sentences are ours, and the same wherever a file is checked. */
    private static final List<String> WORDS_OF_THE_API_SERVER = List.of(
            "Required value",
            "supported values",
            "Unsupported value",
            "Invalid value",
            "Duplicate value",
            "Too long",
            "should be",
            "should have",
            "cannot unmarshal");

    @TempDir
    static Path directory;

    private static KubeApi api;
    private static Path kubeConfig;

    @BeforeAll
    static void startApi() throws IOException {
        api = KubeApi.shared();
        kubeConfig = Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml());
    }

    static List<Path> valid() throws IOException {
        try (Stream<Path> policies = Files.list(EXAMPLES.resolve("policies"))) {
            return Stream.concat(
                            Stream.of(EXAMPLES.resolve("cachebackend.yaml"), EXAMPLES.resolve("cachepolicy.yaml")),
                            policies.sorted())
                    .toList();
        }
    }

    static List<Path> invalid() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES.resolve("invalid"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void theApiServerTakesIt(Path example) throws Exception {
        Result applied = apply(example);

        assertThat(applied.status()).as(applied.output()).isZero();
        assertThat(applied.output()).contains("created");
    }

    /** Applications and what stands around them: the API server takes them as they are. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"apps", "platform"})
    void theApiServerTakesEveryManifest(String folder) throws Exception {
        Result applied = apply(EXAMPLES.resolve(folder));

        assertThat(applied.status()).as(applied.output()).isZero();
        assertThat(applied.output()).contains("created").doesNotContain("Warning");
    }

    @Test
    void eachTeamMayWriteWhatIsIts() throws Exception {
        String namespace = api.newNamespace();
        assertThat(kubectl(
                                "apply",
                                "-n",
                                namespace,
                                "-f",
                                EXAMPLES.resolve("platform/rbac.yaml").toString())
                        .status())
                .isZero();

        assertThat(mayWrite(namespace, "shop-developers", "cachepolicies")).isTrue();
        assertThat(mayWrite(namespace, "shop-developers", "cachebackends")).isFalse();
        assertThat(mayWrite(namespace, "platform", "cachebackends")).isTrue();
        assertThat(mayWrite(namespace, "others", "cachepolicies")).isFalse();
    }

    private static boolean mayWrite(String namespace, String group, String resources) throws Exception {
        return kubectl("auth", "can-i", "create", resources, "-n", namespace, "--as=somebody", "--as-group=" + group)
                        .status()
                == 0;
    }

    @Test
    void thePoliciesGoTogetherOnTheBackend() throws Exception {
        String[] arguments = Stream.concat(
                        Stream.of("validate"),
                        valid().stream()
                                .filter(file -> !file.endsWith("cachepolicy.yaml")) // user-profiles once more
                                .map(Path::toString))
                .toArray(String[]::new);

        CommandRun run = CommandRun.of(arguments);

        assertThat(run.out()).contains("nothing wrong");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    void itIsRefusedWithItsSentence(Path example) throws Exception {
        String firstLine = Files.readAllLines(example).getFirst();
        assertThat(firstLine).startsWith(EXPECT);
        String sentence = firstLine.substring(EXPECT.length());

        Result applied = apply(example);
        CommandRun validated = CommandRun.of("validate", example.toString());

        assertThat(validated.status())
                .as("validate sees what the API server sees, and more")
                .isEqualTo(1);
        if (applied.status() != 0) {
            assertThat(applied.output()).contains(sentence);
        }
        if (applied.status() == 0 || WORDS_OF_THE_API_SERVER.stream().noneMatch(sentence::contains)) {
            assertThat(validated.out()).contains(sentence);
        }
    }

    private record Result(int status, String output) {}

    private static Result apply(Path file) throws IOException, InterruptedException {
        return kubectl("apply", "-n", api.newNamespace(), "-f", file.toString());
    }

    private static Result kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(api.kubectl().toString(), "--kubeconfig=" + kubeConfig));
        command.addAll(List.of(arguments));
        Process kubectl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(kubectl.waitFor(), output);
    }
}
