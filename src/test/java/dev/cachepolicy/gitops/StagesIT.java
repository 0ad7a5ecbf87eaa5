package dev.cachepolicy.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.cli.CommandRun;
import dev.cachepolicy.testing.KubeApi;
import dev.cachepolicy.testing.Program;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stages of {@code examples/gitops}, built and applied as their tools do. */
class StagesIT {

    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Path LAYOUT = Path.of("examples", "gitops");

    @TempDir
    static Path directory;

    private static KubeApi api;
    private static Program kubectl;

    @BeforeAll
    static void startApi() throws IOException {
        api = KubeApi.shared();
        kubectl = Program.kubectl(
                api.kubectl(), Files.writeString(directory.resolve("kubeconfig"), api.kubeConfigYaml()), "default");
    }

    private static Path built(String stage) throws IOException {
        return Files.writeString(
                directory.resolve(stage + ".yaml"),
                kubectl.run(
                        "kustomize", LAYOUT.resolve("overlays").resolve(stage).toString()));
    }

    /** {@return the spec of each resource of a stage, by name} */
    private static Map<String, JsonNode> specs(String stage) throws IOException {
        return documents(built(stage)).stream()
                .collect(Collectors.toMap(
                        resource -> resource.at("/metadata/name").asText(), resource -> resource.path("spec")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod"})
    void aStageIsTakenAndValid(String stage) throws IOException {
        Path built = built(stage);
        api.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop-" + stage)
                        .endMetadata()
                        .build())
                .serverSideApply();

        String applied = kubectl.run(
                "apply",
                "--server-side",
                "--field-manager=argocd-controller",
                "-n",
                "shop-" + stage,
                "-f",
                built.toString());
        CommandRun validated = CommandRun.of("validate", built.toString());

        assertThat(applied.lines()).hasSize(5).allMatch(line -> line.endsWith("serverside-applied"));
        assertThat(validated.out()).contains("nothing wrong");
        assertThat(validated.status()).isZero();
    }

    @Test
    void fluxAndArgoNameFoldersAndObjectsThatAreThere() throws IOException {
        List<JsonNode> stages = documents(LAYOUT.resolve("flux/stages.yaml"));
        assertThat(stages)
                .extracting(stage -> stage.at("/spec/path").asText())
                .containsExactly("./overlays/dev", "./overlays/staging", "./overlays/prod")
                .allSatisfy(path -> assertThat(LAYOUT.resolve(path)).isDirectory());
        assertThat(stages)
                .extracting(stage -> stage.at("/spec/dependsOn/0/name").asText())
                .containsExactly("", "shop-cache-dev", "shop-cache-staging");
        Set<String> objects = documents(built("prod")).stream()
                .map(o -> o.path("kind").asText() + " "
                        + o.at("/metadata/namespace").asText() + "/"
                        + o.at("/metadata/name").asText())
                .collect(Collectors.toSet());
        assertThat(stages.getLast().at("/spec/healthChecks"))
                .hasSize(4)
                .allSatisfy(check -> assertThat(objects)
                        .contains(check.path("kind").asText() + " "
                                + check.path("namespace").asText() + "/"
                                + check.path("name").asText()));

        JsonNode applications =
                documents(LAYOUT.resolve("argocd/applications.yaml")).getFirst();
        assertThat(applications.at("/spec/template/spec/source/path").asText()).isEqualTo("overlays/{{.stage}}");
        assertThat(applications.at("/spec/generators/0/list/elements"))
                .extracting(element -> "./overlays/" + element.path("stage").asText())
                .as("the stages of Argo CD are those of Flux")
                .containsExactlyElementsOf(stages.stream()
                        .map(stage -> stage.at("/spec/path").asText())
                        .toList());
    }

    private static List<JsonNode> documents(Path file) throws IOException {
        return YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(file.toFile())
                .readAll();
    }

    @Test
    void stagesDifferWhereTheyShould() throws IOException {
        Map<String, JsonNode> dev = specs("dev");
        Map<String, JsonNode> staging = specs("staging");
        Map<String, JsonNode> prod = specs("prod");

        assertThat(List.of(ttl(dev, "user-profiles"), ttl(staging, "user-profiles"), ttl(prod, "user-profiles")))
                .containsExactly("30s", "15m", "15m");
        assertThat(List.of(ttl(dev, "sessions"), ttl(prod, "sessions"))).containsExactly("1h", "24h");
        assertThat(List.of(enforcement(dev), enforcement(staging), enforcement(prod)))
                .containsExactly("", "DryRun", "Off");
        assertThat(List.of(endpoint(dev), endpoint(staging), endpoint(prod))).doesNotHaveDuplicates();
    }

    private static String ttl(Map<String, JsonNode> stage, String policy) {
        return stage.get(policy).at("/ttl/value").asText();
    }

    private static String enforcement(Map<String, JsonNode> stage) {
        return stage.get("search-results").path("enforcement").asText();
    }

    private static String endpoint(Map<String, JsonNode> stage) {
        return stage.get("shop-redis").at("/endpoints/0").asText();
    }
}
