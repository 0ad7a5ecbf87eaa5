package dev.cachepolicy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.validation.Problem;
import dev.cachepolicy.validation.Reasons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares an object with its kind's OpenAPI schema, as far as reading it needs: fields that do not exist, values of the
 * wrong type, words that an enum does not have. Bounds and rules are left to the validators, which say them better.
 */
final class SchemaCheck {

    private final List<Problem> problems = new ArrayList<>();

    private SchemaCheck() {}

    /**
     * {@return what keeps a field from being read}
     *
     * @param path of the field, such as {@code spec}
     */
    static List<Problem> check(String path, JsonNode value, JsonNode schema) {
        SchemaCheck check = new SchemaCheck();
        check.value(path, value, schema);
        return List.copyOf(check.problems);
    }

    private void value(String path, JsonNode value, JsonNode schema) {
        if (value.isNull()) {
            return; // Absent, as the API server takes it.
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            if (!value.isIntegralNumber() && !value.isTextual()) {
                add(path, "a number or a text is needed here, not " + kindOf(value));
            }
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> object(path, value, schema);
            case "array" -> array(path, value, schema);
            case "string" -> string(path, value, schema);
            case "integer" -> type(path, value, value.isIntegralNumber(), "a whole number");
            case "boolean" -> type(path, value, value.isBoolean(), "true or false");
            default -> {}
        }
    }

    private void object(String path, JsonNode value, JsonNode schema) {
        if (!value.isObject()) {
            String names = String.join(", ", names(schema));
            add(path, "write fields here" + (names.isEmpty() ? "" : " (" + names + ")") + ", not " + kindOf(value));
            return;
        }
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode known = schema.path("properties").path(field.getKey());
            if (!known.isMissingNode()) {
                value(path + "." + field.getKey(), field.getValue(), known);
            } else if (others.isObject()) {
                value(path + "." + field.getKey(), field.getValue(), others);
            } else {
                add(path + "." + field.getKey(), "there is no such field: write " + oneOf(names(schema)));
            }
        }
    }

    private static Set<String> names(JsonNode schema) {
        TreeSet<String> names = new TreeSet<>();
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            if (!field.getValue().path("readOnly").asBoolean()) {
                names.add(field.getKey());
            }
        }
        return names;
    }

    private static String oneOf(Set<String> words) {
        return (words.size() == 1 ? "" : "one of ") + String.join(", ", words);
    }

    private void array(String path, JsonNode value, JsonNode schema) {
        if (!value.isArray()) {
            add(path, "write a list here, not " + kindOf(value));
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            value(path + "[" + i + "]", value.get(i), schema.path("items"));
        }
    }

    private void string(String path, JsonNode value, JsonNode schema) {
        TreeSet<String> words = new TreeSet<>();
        schema.path("enum").forEach(word -> words.add(word.asText()));
        if (value.isBoolean() && words.contains("Off")) {
            add(
                    path,
                    "YAML takes the bare words on, off, yes and no for true and false: write \"Off\" in quotes, or one of "
                            + String.join(", ", words));
        } else if (value.isNumber() && isDuration(schema)) {
            add(path, Durations.advice(value.asText()));
        } else if (value.isBoolean() || value.isNumber()) {
            add(path, unquoted(value));
        } else if (!value.isTextual()) {
            add(path, "write a text here, not " + kindOf(value));
        } else if (!words.isEmpty() && !words.contains(value.asText())) {
            add(path, "'" + value.asText() + "' is not known: write " + oneOf(words));
        }
    }

    private static boolean isDuration(JsonNode schema) {
        return schema.path("x-kubernetes-validations")
                .valueStream()
                .anyMatch(rule -> rule.path("rule").asText().equals(Durations.RULE));
    }

    private static String unquoted(JsonNode value) {
        String read = value.isNumber()
                ? "YAML reads this as the number " + value.asText()
                : "YAML reads the bare words "
                        + (value.asBoolean() ? "on, yes and true" : "off, no and false")
                        + " as a boolean";
        String advice = value.isNumber()
                ? "for example \"" + value.asText() + "\""
                : value.asBoolean() ? "as \"on\", \"yes\" or \"true\"" : "as \"off\", \"no\" or \"false\"";
        return read + ", and a text is needed here: put it in quotes, " + advice;
    }

    private void type(String path, JsonNode value, boolean fits, String needed) {
        if (!fits) {
            add(path, "write " + needed + " here, not " + kindOf(value));
        }
    }

    private static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "fields";
            case ARRAY -> "a list";
            case BOOLEAN, NUMBER -> value.asText();
            default -> "'" + value.asText() + "'";
        };
    }

    private void add(String path, String message) {
        problems.add(new Problem(path, Reasons.INVALID_SPEC, message));
    }
}
