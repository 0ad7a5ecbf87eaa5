package dev.cachepolicy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.api.v1alpha1.Schemas;
import dev.cachepolicy.validation.BackendValidator;
import dev.cachepolicy.validation.PolicyValidator;
import dev.cachepolicy.validation.Problem;
import dev.cachepolicy.validation.Reasons;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads our resources from YAML or JSON files of any number of documents, and judges each alone. */
final class ResourceFiles {

    private static final String API_VERSION = Names.GROUP + "/" + Names.VERSION;
    private static final String DEFAULT_NAMESPACE = "default";

    private final ObjectMapper yaml = new YAMLMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private final Map<String, JsonNode> schemas =
            Map.of("CacheBackend", Schemas.of("cachebackends"), "CachePolicy", Schemas.of("cachepolicies"));
    private final JsonNode metadata = Schemas.metadata();
    private final List<Resource> resources = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final Map<String, Resource> seen = new HashMap<>();

    /** Reads a file; what is wrong with it is kept, not thrown. */
    void read(Path file) {
        try (MappingIterator<JsonNode> documents =
                yaml.readerFor(JsonNode.class).readValues(Files.readString(file))) {
            boolean empty = true;
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                empty &= isNothing(document);
                document(file, document);
            }
            if (empty) {
                unreadable.add(file + ": nothing is in it: write a CacheBackend or a CachePolicy");
            }
        } catch (JsonProcessingException e) {
            unreadable.add(file + ": not YAML: " + YamlProblem.of(e));
        } catch (IOException e) {
            unreadable.add(file + ": cannot be read: name a file that exists ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    /** {@return the resources of our kinds, in the order of the files} */
    List<Resource> resources() {
        return List.copyOf(resources);
    }

    /** {@return a line for each object that is none of ours} */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** {@return a line for each file that could not be read} */
    List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    /** {@return whether everything could be read and nothing is wrong with any object alone} */
    boolean isValid() {
        return unreadable.isEmpty() && resources.stream().allMatch(Resource::isValid);
    }

    private void document(Path file, JsonNode document) {
        if (isNothing(document)) {
            return;
        }
        String kind = document.path("kind").asText();
        String apiVersion = document.path("apiVersion").asText();
        if (kind.equals("List") && document.path("items").isArray()) {
            document.path("items").forEach(item -> document(file, item));
        } else if (!apiVersion.startsWith(Names.GROUP + "/")) {
            notes.add(file + ": skipped " + (kind.isEmpty() ? "a document without kind" : kind) + ": not of "
                    + Names.GROUP);
        } else {
            resource(file, kind, apiVersion, document);
        }
    }

    private static boolean isNothing(JsonNode document) {
        return document.isNull() || document.isMissingNode();
    }

    private void resource(Path file, String kind, String apiVersion, JsonNode document) {
        String namespace = document.at("/metadata/namespace").asText(DEFAULT_NAMESPACE);
        String name = document.at("/metadata/name").asText("");
        List<Problem> problems = new ArrayList<>();
        HasMetadata object = null;
        JsonNode schema = schemas.get(kind);
        if (schema == null) {
            problems.add(invalid("kind", "'" + kind + "' is not known: write CacheBackend or CachePolicy"));
        } else if (!apiVersion.equals(API_VERSION)) {
            problems.add(invalid("apiVersion", "'" + apiVersion + "' is not known: write " + API_VERSION));
        } else {
            problems.addAll(structure(document, schema));
            if (problems.isEmpty()) {
                object = convert(kind, document, problems);
            }
        }
        Resource resource = new Resource(file, kind, namespace, name, object, problems);
        Resource first = seen.putIfAbsent(kind + " " + namespace + "/" + name, resource);
        if (first != null && !name.isEmpty()) {
            problems.add(
                    invalid("metadata.name", "the same object is also in " + first.file() + ": delete one of the two"));
            resource = new Resource(file, kind, namespace, name, object, problems);
        }
        resources.add(resource);
    }

    private List<Problem> structure(JsonNode document, JsonNode schema) {
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : document.properties()) {
            switch (field.getKey()) {
                case "spec" ->
                    problems.addAll(SchemaCheck.check("spec", field.getValue(), schema.at("/properties/spec")));
                case "metadata" -> problems.addAll(SchemaCheck.check("metadata", field.getValue(), metadata));
                case "apiVersion", "kind", "status" -> {}
                default ->
                    problems.add(invalid(
                            field.getKey(), "there is no such field: write metadata or spec, and the rest below spec"));
            }
        }
        return problems;
    }

    private @Nullable HasMetadata convert(String kind, JsonNode document, List<Problem> problems) {
        ObjectNode wanted = document.<ObjectNode>deepCopy();
        wanted.remove("status"); // The operator's; another version may have written it.
        try {
            if (kind.equals("CacheBackend")) {
                CacheBackend backend = yaml.treeToValue(wanted, CacheBackend.class);
                problems.addAll(BackendValidator.validate(backend));
                return withNamespace(backend);
            }
            CachePolicy policy = yaml.treeToValue(wanted, CachePolicy.class);
            problems.addAll(PolicyValidator.validate(policy));
            return withNamespace(policy);
        } catch (JsonProcessingException e) {
            problems.add(invalid("metadata", e.getOriginalMessage()));
            return null;
        }
    }

    private static HasMetadata withNamespace(HasMetadata object) {
        if (object.getMetadata() != null && object.getMetadata().getNamespace() == null) {
            object.getMetadata().setNamespace(DEFAULT_NAMESPACE);
        }
        return object;
    }

    private static Problem invalid(String field, String message) {
        return new Problem(field, Reasons.INVALID_SPEC, message);
    }
}
