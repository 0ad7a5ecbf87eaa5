package dev.cachepolicy.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * {@code docs/reference/api.md}, made of the files in {@code crds/}. {@code main} writes it ({@code make crds}); {@link
 * ApiReferenceTest} holds it against them.
 */
final class ApiReference {

    static final Path FILE = Path.of("docs", "reference", "api.md");

    private static final Path CRDS = Path.of("crds");
    private static final List<String> KINDS = List.of("cachebackends", "cachepolicies");
    private static final ObjectMapper YAML = new YAMLMapper();

    private final StringBuilder page = new StringBuilder();

    private ApiReference() {}

    public static void main(String[] args) throws IOException {
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, text());
    }

    /** {@return what the page must hold} */
    static String text() throws IOException {
        ApiReference reference = new ApiReference();
        reference.page.append("""
                <!-- Generated from crds/ by `make crds`; not edited by hand. -->
                # API reference

                `cachepolicy.dev/v1alpha1`. A field that is not marked as required may be absent; the defaults named here are then in force
                and are never written into an object. Enums are written without quotes in YAML, except `"Off"`.
                """);
        for (String kind : KINDS) {
            reference.kind(
                    YAML.readTree(CRDS.resolve(kind + ".cachepolicy.dev.yaml").toFile())
                            .path("spec"));
        }
        return reference.page.toString();
    }

    private void kind(JsonNode crd) {
        JsonNode names = crd.path("names");
        JsonNode version = crd.path("versions").get(0);
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        page.append("\n## %s\n\n%s, plural `%s`, short name `%s`. `kubectl get` shows %s.\n"
                .formatted(
                        names.path("kind").asText(),
                        crd.path("scope").asText(),
                        names.path("plural").asText(),
                        names.path("shortNames").get(0).asText(),
                        columns(version.path("additionalPrinterColumns"))));
        rules("the object", schema);
        rules("spec", schema.path("properties").path("spec"));
        table("spec", schema.path("properties").path("spec"));
        table("status", schema.path("properties").path("status"));
    }

    private static String columns(JsonNode columns) {
        List<String> shown = new ArrayList<>();
        for (JsonNode column : columns) {
            shown.add(column.path("name").asText().toUpperCase(Locale.ROOT)
                    + (column.path("priority").asInt() > 0 ? " (with `-o wide`)" : ""));
        }
        return String.join(", ", shown);
    }

    private void table(String part, JsonNode schema) {
        page.append("\n### %s\n\n| field | type | what |\n|---|---|---|\n".formatted(part));
        fields(part, schema);
    }

    private void fields(String path, JsonNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").properties().forEach(field -> {
            String name = path + "." + field.getKey();
            row(name, field.getValue(), required.contains(field.getKey()));
        });
    }

    private void row(String path, JsonNode schema, boolean required) {
        List<String> what = new ArrayList<>();
        if (schema.has("description")) {
            what.add(schema.path("description").asText());
        }
        bounds(schema).forEach(what::add);
        schema.path("x-kubernetes-validations")
                .forEach(rule -> what.add("Rule: " + rule.path("message").asText() + "."));
        page.append("| `%s` | %s | %s |\n"
                .formatted(path, type(schema), (required ? "**Required.** " : "") + escaped(String.join(" ", what))));
        fields(path, schema);
        if (schema.path("items").has("properties")) {
            fields(path + "[]", schema.path("items"));
        }
    }

    private static String type(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return "quantity";
        }
        String type = schema.path("type").asText();
        return switch (type) {
            case "array" -> "list of " + type(schema.path("items"));
            case "object" -> schema.has("additionalProperties") ? "map" : "object";
            default -> schema.has("enum") ? "enum" : type;
        };
    }

    private static List<String> bounds(JsonNode schema) {
        List<String> bounds = new ArrayList<>();
        if (schema.has("enum")) {
            bounds.add("One of " + String.join(", ", texts(schema.path("enum"))) + ".");
        }
        if (schema.has("minimum") && schema.has("maximum")) {
            bounds.add("From %d to %d."
                    .formatted(
                            schema.path("minimum").asLong(),
                            schema.path("maximum").asLong()));
        } else if (schema.has("minimum")) {
            bounds.add("At least %d.".formatted(schema.path("minimum").asLong()));
        } else if (schema.has("maximum")) {
            bounds.add("At most %d.".formatted(schema.path("maximum").asLong()));
        }
        if (schema.has("maxLength")) {
            bounds.add(
                    "At most %d characters.".formatted(schema.path("maxLength").asInt()));
        }
        if (schema.has("maxItems")) {
            bounds.add("At most %d.".formatted(schema.path("maxItems").asInt()));
        }
        if (schema.has("x-kubernetes-list-map-keys")) {
            bounds.add(
                    "Each " + schema.path("x-kubernetes-list-map-keys").get(0).asText() + " once.");
        } else if (schema.path("x-kubernetes-list-type").asText().equals("set")) {
            bounds.add("None twice.");
        }
        return bounds;
    }

    private static List<String> texts(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(value -> "`" + value.asText() + "`")
                .toList();
    }

    private void rules(String of, JsonNode schema) {
        schema.path("x-kubernetes-validations")
                .forEach(rule -> page.append(
                        "\nRule of %s: %s.\n".formatted(of, rule.path("message").asText())));
    }

    /** A cell of a table must not contain what ends it, nor what Markdown would take for emphasis. */
    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
