package dev.cachepolicy.injector.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.injector.pod.InjectionDecision.Inject;
import dev.cachepolicy.injector.pod.InjectionDecision.NotAsked;
import dev.cachepolicy.injector.pod.InjectionDecision.Refuse;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One case a folder: {@code in-pod.yaml} and {@code in-backend*.yaml} give {@code out-pod.yaml} or
 * {@code out-refusal.txt}. A new case is a new folder; with {@code UPDATE_GOLDEN=1} in the environment the outputs are
 * written instead of compared.
 */
class InjectionCasesTest {

    private static final Path CASES = Path.of("src/test/resources/dev/cachepolicy/injector/pod");
    private static final boolean UPDATE = "1".equals(System.getenv("UPDATE_GOLDEN"));
    private static final AgentImage IMAGE = new AgentImage("registry.example/cachepolicy:1.2.3", "IfNotPresent");
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<Path> folders;
        try (Stream<Path> listed = Files.list(CASES)) {
            folders = listed.filter(Files::isDirectory).sorted().toList();
        }
        assertThat(folders).as("folders in " + CASES).isNotEmpty();
        return folders.stream().map(folder -> dynamicTest(folder.getFileName().toString(), () -> check(folder)));
    }

    private static void check(Path folder) throws IOException {
        JsonNode input = YAML.readTree(folder.resolve("in-pod.yaml").toFile());
        Pod pod = YAML.treeToValue(input, Pod.class);
        List<CacheBackend> backends = backends(folder);
        switch (InjectionDecision.of(pod, "shop", backends)) {
            case NotAsked() -> expect(folder, "out-pod.yaml", "out-refusal.txt", YAML.writeValueAsString(input));
            case Refuse(InjectionDecision.Reason reason, String sentence) ->
                expect(folder, "out-refusal.txt", "out-pod.yaml", reason + ": " + sentence + "\n");
            case Inject(InjectionPlan plan) -> {
                Pod injected = plan.applyTo(pod, IMAGE);
                expect(folder, "out-pod.yaml", "out-refusal.txt", YAML.writeValueAsString(injected));
                assertPatchGives(input, pod, injected);
                assertSecondTimeChangesNothing(injected, backends);
            }
        }
    }

    private static List<CacheBackend> backends(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("in-backend"))
                    .sorted()
                    .map(InjectionCasesTest::backend)
                    .toList();
        }
    }

    private static CacheBackend backend(Path file) {
        try {
            return YAML.readValue(file.toFile(), CacheBackend.class);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    private static void expect(Path folder, String name, String other, String actual) throws IOException {
        if (UPDATE) {
            Files.writeString(folder.resolve(name), actual);
            Files.deleteIfExists(folder.resolve(other));
        }
        assertThat(folder.resolve(other)).as("the case gives " + actual).doesNotExist();
        assertThat(actual).isEqualTo(Files.readString(folder.resolve(name)));
    }

    private static void assertPatchGives(JsonNode input, Pod before, Pod after) {
        JsonNode patched = JsonPatch.apply(PodPatch.between(before, after), input);
        assertThat(reread(patched)).isEqualTo(reread(after));
    }

    /** The same number is one node when it was read and another when it was set. */
    private static JsonNode reread(Object value) {
        try {
            return YAML.readTree(YAML.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertSecondTimeChangesNothing(Pod injected, List<CacheBackend> backends) {
        assertThat(InjectionDecision.of(injected, "shop", backends)).isInstanceOfSatisfying(Inject.class, again -> {
            Pod twice = again.plan().applyTo(injected, new AgentImage("registry.example/other:2", "Always"));
            assertThat(PodPatch.between(injected, twice)).isEmpty();
        });
    }
}
