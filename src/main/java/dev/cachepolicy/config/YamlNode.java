package dev.cachepolicy.config;

import dev.cachepolicy.config.AgentConfigException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in a YAML document, which knows where it stands: what is asked of it and cannot be had is refused with its path.
 *
 * <p>Agents read it, and applications wait for their agent. So it is not bound to classes by reflection, which would be a
 * third of an agent's memory and more than half of the time to its first reply, and not read by Jackson either, whose
 * parsers begin by initializing {@link java.math.BigDecimal}: seventy milliseconds. The part of YAML that is JSON, which
 * operators write, has a reader of its own, which is faster than one of YAML.
 *
 * @param path such as {@code policies[1].ttl.mode}; empty for the whole document
 * @param value a Map of fields, a List, a String, a Long or a Boolean; null: a value that is written as none
 */
record YamlNode(String path, @Nullable Object value) {

    /** Reads one value of the form that a caller wants. */
    @FunctionalInterface
    interface Reader<T> {
        T read(YamlNode node) throws AgentConfigException;
    }

    /** {@return the only document of a text} */
    static YamlNode parse(String text) throws AgentConfigException {
        Optional<YamlNode> json = text.startsWith("{") ? JsonText.parse(text) : Optional.empty();
        return json.isPresent() ? json.get() : YamlText.parse(text);
    }

    static String path(String parent, String field) {
        return parent.isEmpty() ? field : parent + "." + field;
    }

    static String path(String parent, int element) {
        return parent + "[" + element + "]";
    }

    static void add(Map<String, YamlNode> fields, String name, YamlNode field) throws AgentConfigException {
        if (fields.put(name, field) != null) {
            throw malformed(field.path + " is there twice");
        }
    }

    /** {@return a Long, or the text of what is none} */
    static Object number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }

    /** A value written as none would pass for an absent field, and fail long after in code that was promised one. */
    void requireValues() throws AgentConfigException {
        if (value == null) {
            throw malformed(path + " has no value: give it one, or leave it out");
        }
        Collection<?> children = value instanceof Map<?, ?> fields
                ? fields.values()
                : value instanceof List<?> elements ? elements : List.of();
        for (Object child : children) {
            ((YamlNode) child).requireValues();
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
            throw malformed(path(path, name) + " is missing");
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

    static AgentConfigException malformed(String message) {
        return new AgentConfigException(Reason.Malformed, message);
    }
}
