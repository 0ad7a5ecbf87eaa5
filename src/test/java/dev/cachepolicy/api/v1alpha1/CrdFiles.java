package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The files in {@code crds/}: the generator's output with what it cannot express set right. {@code main} writes them
 * ({@code make crds}); {@link CrdFilesTest} holds them against the types.
 */
final class CrdFiles {

    static final Path DIRECTORY = Path.of("crds");

    private static final Path GENERATED = Path.of("target", "classes", "META-INF", "fabric8");

    /** The order in which kubectl shows columns; the generator sorts them by their JSON path. */
    private static final List<String> COLUMNS = List.of(
            "Key pattern",
            "Endpoint",
            "Strategy",
            "TTL",
            "Stampede",
            "Max memory",
            "Eviction",
            "Enforcement",
            "Hit ratio",
            "Policies",
            "Synced",
            "Ready",
            "Reason",
            "Age");

    static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private CrdFiles() {}

    public static void main(String[] args) throws IOException {
        for (String plural : List.of("cachebackends", "cachepolicies")) {
            Files.writeString(file(plural), text(plural));
        }
    }

    static Path file(String plural) {
        return DIRECTORY.resolve(plural + "." + Names.GROUP + ".yaml");
    }

    /** {@return what the file of a kind must hold} */
    static String text(String plural) throws IOException {
        CustomResourceDefinition crd = YAML.readValue(
                Files.readString(GENERATED.resolve(plural + "." + Names.GROUP + "-v1.yml")),
                CustomResourceDefinition.class);
        for (CustomResourceDefinitionVersion version : crd.getSpec().getVersions()) {
            version.getAdditionalPrinterColumns()
                    .sort(Comparator.comparing(
                            CustomResourceColumnDefinition::getName, Comparator.comparingInt(CrdFiles::column)));
            JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
            schema.setRequired(List.of("spec"));
            removeRepeatedRules(schema);
        }
        return "# Generated from the types in dev.cachepolicy.api.v1alpha1 by `make crds`; not edited by hand.\n"
                + YAML.writeValueAsString(crd);
    }

    private static int column(String name) {
        int index = COLUMNS.indexOf(name);
        if (index < 0) {
            throw new IllegalStateException("give the column " + name + " its place in CrdFiles.COLUMNS");
        }
        return index;
    }

    /** A rule on a record's component is an annotation of its field and of its accessor, so it arrives twice. */
    private static void removeRepeatedRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(CrdFiles::removeRepeatedRules);
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            removeRepeatedRules(schema.getItems().getSchema());
        }
    }
}
