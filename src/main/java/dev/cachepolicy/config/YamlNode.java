package dev.cachepolicy.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.cachepolicy.config.AgentConfigException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value in a YAML document, which knows where it stands: what is asked of it and cannot be had is refused with its path.
 *
 * <p>Read from the parser's events and not by data binding, because agents read it: the classes and reflection of a
 * binder would be a third of an agent's memory and more than half of the time to its first reply.
 *
 * @param path such as {@code policies[1].ttl.mode}; empty for the whole document
 * @param value a Map of fields, a List, a String, a Long or a Boolean; null: a value that is written as none
 */
record YamlNode(String path, @Nullable Object value) {

    private static final YAMLFactory FACTORY = new YAMLFactory();

    /** Reads one value of the form that a caller wants. */
    @FunctionalInterface
    interface Reader<T> {
        T read(YamlNode node) throws AgentConfigException;
    }

    /** {@return the only document of a text} */
    static YamlNode parse(String text) throws AgentConfigException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            YamlNode document = parse(parser, "");
            if (parser.nextToken() != null) {
                throw malformed("the file holds more than one document");
            }
            return document;
        } catch (JsonProcessingException e) {
            throw malformed("not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a text is read without I/O", e);
        }
    }

    private static YamlNode parse(JsonParser parser, String path) throws IOException, AgentConfigException {
        JsonToken token = parser.currentToken();
        return new YamlNode(
                path,
                switch (token) {
                    case null -> null;
                    case START_OBJECT -> mapping(parser, path);
                    case START_ARRAY -> sequence(parser, path);
                    case VALUE_NUMBER_INT -> parser.getLongValue();
                    case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
                    case VALUE_NULL -> null;
                    default -> parser.getText();
                });
    }

    private static Map<String, YamlNode> mapping(JsonParser parser, String path)
            throws IOException, AgentConfigException {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            YamlNode field = parse(parser, path.isEmpty() ? name : path + "." + name);
            if (fields.put(name, field) != null) {
                throw malformed(field.path + " is there twice");
            }
        }
        return fields;
    }

    private static List<YamlNode> sequence(JsonParser parser, String path) throws IOException, AgentConfigException {
        List<YamlNode> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(parse(parser, path + "[" + elements.size() + "]"));
        }
        return elements;
    }

    /** A value written as none would pass for an absent field, and fail long after in code that was promised one. */
    void requireValues() throws AgentConfigException {
        switch (value) {
            case null -> throw malformed(path + " has no value: give it one, or leave it out");
            case Map<?, ?> fields -> {
                for (Object field : fields.values()) {
                    ((YamlNode) field).requireValues();
                }
            }
            case List<?> elements -> {
                for (Object element : elements) {
                    ((YamlNode) element).requireValues();
                }
            }
            default -> {}
        }
    }

    boolean isMapping() {
        return value instanceof Map;
    }

    /** {@return a field; null: it is not there} Those that nobody asks for are of later versions, and ignored. */
    @Nullable
    YamlNode optional(String name) throws AgentConfigException {
        if (value instanceof Map<?, ?> fields) {
            return (YamlNode) fields.get(name);
        }
        throw wrong("a mapping");
    }

    YamlNode field(String name) throws AgentConfigException {
        YamlNode field = optional(name);
        if (field == null) {
            throw malformed((path.isEmpty() ? name : path + "." + name) + " is missing");
        }
        return field;
    }

    String text() throws AgentConfigException {
        if (value instanceof String text) {
            return text;
        }
        throw wrong("text; a number or true and false need quotes");
    }

    long number() throws AgentConfigException {
        if (value instanceof Long number) {
            return number;
        }
        throw wrong("a whole number");
    }

    int integer() throws AgentConfigException {
        long number = number();
        if (number == (int) number) {
            return (int) number;
        }
        throw wrong("a number below " + Integer.MAX_VALUE);
    }

    boolean bool() throws AgentConfigException {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw wrong("true or false");
    }

    <E extends Enum<E>> E oneOf(E[] constants) throws AgentConfigException {
        String text = text();
        for (E constant : constants) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw wrong("one of " + List.of(constants));
    }

    <T> List<T> list(Reader<T> reader) throws AgentConfigException {
        if (!(value instanceof List<?> elements)) {
            throw wrong("a list");
        }
        List<T> list = new ArrayList<>();
        for (Object element : elements) {
            list.add(reader.read((YamlNode) element));
        }
        return list;
    }

    Map<String, String> texts() throws AgentConfigException {
        if (!(value instanceof Map<?, ?> fields)) {
            throw wrong("a mapping");
        }
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            texts.put((String) field.getKey(), ((YamlNode) field.getValue()).text());
        }
        return texts;
    }

    private AgentConfigException wrong(String wanted) {
        return malformed((path.isEmpty() ? "the file" : path) + " must be " + wanted);
    }

    private static AgentConfigException malformed(String message) {
        return new AgentConfigException(Reason.Malformed, message);
    }
}
