package dev.cachepolicy.operator.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder a rule: {@code in-backend.yaml}, {@code in-policies.yaml} and, where agents have something already,
 * {@code in-published.yaml} give {@code out-agent.yaml} (absent: nothing is published) and {@code out-model.yaml}. With
 * {@code UPDATE_GOLDEN=1} in the environment the outputs are written.
 */
class BackendModelGoldenTest {

    private static final Path CASES = Path.of("src/test/resources/dev/cachepolicy/operator/model");
    private static final boolean UPDATE = "1".equals(System.getenv("UPDATE_GOLDEN"));
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void givesWhatTheFolderSays(String name) throws Exception {
        BackendModel model = BackendModel.of(input(name));

        expect(name, "out-agent.yaml", agent(model));
        expect(name, "out-model.yaml", text(model));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void doesNotDependOnTheOrderOfPolicies(String name) throws Exception {
        ModelInput input = input(name);
        List<CachePolicy> shuffled = new ArrayList<>(input.policies());
        Collections.shuffle(shuffled, new Random(1));

        assertThat(BackendModel.of(new ModelInput(input.backend(), shuffled, input.published(), NOW)))
                .isEqualTo(BackendModel.of(input));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void publishingTheResultChangesNothingMore(String name) throws Exception {
        ModelInput input = input(name);
        AgentConfig published = BackendModel.of(input).agentConfig();
        if (published == null) {
            return;
        }
        AgentConfig read = AgentConfigYaml.read(AgentConfigYaml.write(published));

        assertThat(BackendModel.of(new ModelInput(input.backend(), input.policies(), read, NOW.plusSeconds(60)))
                        .agentConfig())
                .isSameAs(read);
    }

    static ModelInput input(String name) throws Exception {
        Path folder = CASES.resolve(name);
        Path published = folder.resolve("in-published.yaml");
        return new ModelInput(
                YAML.readValue(folder.resolve("in-backend.yaml").toFile(), CacheBackend.class),
                YAML.readerFor(CachePolicy.class)
                        .<CachePolicy>readValues(
                                folder.resolve("in-policies.yaml").toFile())
                        .readAll(),
                Files.exists(published) ? AgentConfigYaml.read(Files.readString(published)) : null,
                NOW);
    }

    private static void expect(String name, String file, String actual) throws IOException {
        Path path = CASES.resolve(name).resolve(file);
        if (UPDATE && !actual.isEmpty()) {
            Files.writeString(path, actual);
        }
        assertThat(actual).isEqualTo(Files.exists(path) ? Files.readString(path) : "");
    }

    static String agent(BackendModel model) {
        return model.agentConfig() == null ? "" : AgentConfigYaml.write(model.agentConfig());
    }

    static String text(BackendModel model) throws IOException {
        Map<String, Object> policies = new LinkedHashMap<>();
        model.verdicts()
                .forEach((key, verdict) -> policies.put(
                        key.toString(),
                        Map.of(
                                switch (verdict) {
                                    case Verdict.Accepted _ -> "accepted";
                                    case Verdict.Rejected _ -> "rejected";
                                },
                                switch (verdict) {
                                    case Verdict.Accepted(var effective) -> effective;
                                    case Verdict.Rejected rejected -> rejected;
                                })));
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("problems", model.problems());
        text.put("settings", model.settings());
        text.put("configProblem", model.configProblem());
        text.put("policies", policies);
        text.values().removeIf(value -> value == null);
        return YAML.writeValueAsString(text);
    }
}
