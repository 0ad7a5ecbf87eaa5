package dev.cachepolicy.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrdCompatibilityTest {

    private static final Path RELEASED = CrdFiles.DIRECTORY.resolve("released");

    /** A file for each release and kind, for example {@code crds/released/v0.1.0/cachepolicies.cachepolicy.dev.yaml}. */
    @Test
    void objectsStoredUnderReleasedVersionsStayValid() throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(RELEASED)) {
            files = tree.filter(file -> file.toString().endsWith(".yaml")).toList();
        }
        assumeTrue(!files.isEmpty(), "nothing is released yet");
        for (Path file : files) {
            CustomResourceDefinition released = read(Files.readString(file));
            CustomResourceDefinition current = read(Files.readString(CrdFiles.DIRECTORY.resolve(file.getFileName())));
            assertThat(new CrdCompatibility(safeRules()).compare(released, current))
                    .as("changes against %s that break stored objects", file)
                    .isEmpty();
        }
    }

    /** Lines of {@code safe-rules.txt}; those that begin with # give the reason of what follows. */
    private static Set<String> safeRules() throws IOException {
        Path file = RELEASED.resolve("safe-rules.txt");
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("#"))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    @Test
    void anUnchangedSchemaBreaksNothing() throws IOException {
        String text = CrdFiles.text("cachepolicies");
        assertThat(new CrdCompatibility(Set.of()).compare(read(text), read(text)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /ttl/properties/jitterPercent/maximum      | 40        | v1alpha1.spec.ttl.jitterPercent.maximum: was 50.0, is 40.0
                    /keyPattern/maxLength                      | 100       | v1alpha1.spec.keyPattern.maxLength: was 256, is 100
                    /keyPattern/minLength                      | 2         | v1alpha1.spec.keyPattern.minLength: was 1, is 2
                    /keyPattern/pattern                        | '^a'      | v1alpha1.spec.keyPattern: the pattern has changed to ^a
                    /keyPattern/type                           | integer   | v1alpha1.spec.keyPattern: the type was string, is integer
                    /ttl/required                              | [value, mode] | v1alpha1.spec.ttl.mode: has become required
                    /enforcement/enum                          | [Enforce] | v1alpha1.spec.enforcement: no longer takes Off
                    /ttl/properties/mode                       | null      | v1alpha1.spec.ttl.mode: is gone
                    /ttl/x-kubernetes-validations              | [{rule: 'false'}] | v1alpha1.spec.ttl: has a new rule, false
                    """)
    void reportsWhatNarrows(String pointer, String value, String sentence) throws IOException {
        JsonNode tree = CrdFiles.YAML.readTree(CrdFiles.text("cachepolicies"));
        String spec = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
        int last = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) tree.at(spec + pointer.substring(0, last));
        JsonNode replacement = CrdFiles.YAML.readTree(value);
        if (replacement.isNull()) {
            parent.remove(pointer.substring(last + 1));
        } else {
            parent.set(pointer.substring(last + 1), replacement);
        }
        CustomResourceDefinition changed = CrdFiles.YAML.treeToValue(tree, CustomResourceDefinition.class);
        assertThat(new CrdCompatibility(Set.of()).compare(read(CrdFiles.text("cachepolicies")), changed))
                .contains(sentence);
    }

    @Test
    void aRuleShownToBeSafePasses() throws IOException {
        CustomResourceDefinition current = read(CrdFiles.text("cachepolicies"));
        JsonNode tree = CrdFiles.YAML.readTree(CrdFiles.text("cachepolicies"));
        ((ObjectNode) tree.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/ttl"))
                .remove("x-kubernetes-validations");
        CustomResourceDefinition old = CrdFiles.YAML.treeToValue(tree, CustomResourceDefinition.class);
        List<String> breaks = new CrdCompatibility(Set.of()).compare(old, current);
        assertThat(breaks).singleElement().asString().startsWith("v1alpha1.spec.ttl: has a new rule, ");
        String rule = breaks.getFirst().substring("v1alpha1.spec.ttl: has a new rule, ".length());
        assertThat(new CrdCompatibility(Set.of(rule)).compare(old, current)).isEmpty();
    }

    private static CustomResourceDefinition read(String text) throws JsonProcessingException {
        return CrdFiles.YAML.readValue(text, CustomResourceDefinition.class);
    }
}
