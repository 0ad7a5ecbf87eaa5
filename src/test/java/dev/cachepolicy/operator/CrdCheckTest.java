package dev.cachepolicy.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.Schemas;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CrdCheckTest {

    private static final String NEEDED = """
            properties:
              spec:
                properties:
                  ttl: {properties: {mode: {type: string, enum: [Override, Ceiling]}}}
                  env: {items: {properties: {name: {type: string}}}}
                  labels: {additionalProperties: {properties: {value: {type: string}}}}
            """;

    static Stream<Arguments> served() {
        return Stream.of(
                arguments("itself", NEEDED, List.of()),
                arguments("a newer one", NEEDED.replace("Ceiling", "Ceiling, IfUnset") + "  status: {}\n", List.of()),
                arguments("without a field", NEEDED.replace("env:", "environment:"), List.of("K.spec.env")),
                arguments("without a word", NEEDED.replace(", Ceiling", ""), List.of("K.spec.ttl.mode=Ceiling")),
                arguments("without a field of items", NEEDED.replace("name:", "n:"), List.of("K.spec.env[].name")),
                arguments(
                        "without a field of entries", NEEDED.replace("value:", "v:"), List.of("K.spec.labels.*.value")),
                arguments("of anything", "x-kubernetes-preserve-unknown-fields: true", List.of()),
                arguments("of nothing", "{}", List.of("K.spec")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("served")
    void namesWhatASchemaLacks(String name, String served, List<String> missing) throws Exception {
        assertThat(CrdCheck.missing("K", yaml(NEEDED), yaml(served))).isEqualTo(missing);
    }

    @Test
    void ownSchemasLackNothing() {
        for (String plural : List.of("cachebackends", "cachepolicies")) {
            assertThat(CrdCheck.missing(plural, Schemas.of(plural), Schemas.of(plural)))
                    .isEmpty();
        }
    }

    private static JsonNode yaml(String text) throws JsonProcessingException {
        return new YAMLMapper().readTree(text);
    }
}
