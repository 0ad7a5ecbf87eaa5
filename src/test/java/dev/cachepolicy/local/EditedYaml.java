package dev.cachepolicy.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Files for kubectl, made of the examples: what is not changed is exactly what users apply. */
public final class EditedYaml {

    private static final YAMLMapper YAML = new YAMLMapper();

    private EditedYaml() {}

    /** Writes the first resource of a kind in a file to another file, after a change. {@return the other file} */
    public static Path write(Path from, String kind, UnaryOperator<ObjectNode> change, Path to) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(from.toFile())) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.path("kind").asText().equals(kind)) {
                    return Files.writeString(to, YAML.writeValueAsString(change.apply((ObjectNode) document)));
                }
            }
        }
        throw new IllegalArgumentException(from + " holds no " + kind);
    }

    /** {@return a change that points a CacheBackend to another Redis} */
    public static UnaryOperator<ObjectNode> endpoint(String endpoint) {
        return backend -> {
            backend.withObject("/spec").putArray("endpoints").add(endpoint);
            return backend;
        };
    }
}
