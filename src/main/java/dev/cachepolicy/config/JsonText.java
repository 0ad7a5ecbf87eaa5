package dev.cachepolicy.config;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as {@link YamlNode}s. */
final class JsonText {

    private final JsonReader reader;

    private JsonText(String text) {
        this.reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
    }

    /** {@return the value that a text stands for; empty: it is not JSON} */
    static Optional<YamlNode> parse(String text) throws AgentConfigException {
        JsonText json = new JsonText(text);
        try {
            YamlNode document = json.value("");
            return json.reader.peek() == JsonToken.END_DOCUMENT ? Optional.of(document) : Optional.empty();
        } catch (MalformedJsonException | EOFException notJson) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("a text is read without I/O", e);
        }
    }

    private YamlNode value(String path) throws IOException, AgentConfigException {
        return new YamlNode(path, content(path));
    }

    /** With comparisons and not a switch over the tokens, as all that runs before an agent's first reply. */
    private @Nullable Object content(String path) throws IOException, AgentConfigException {
        JsonToken token = reader.peek();
        if (token == JsonToken.BEGIN_OBJECT) {
            return mapping(path);
        }
        if (token == JsonToken.BEGIN_ARRAY) {
            return sequence(path);
        }
        if (token == JsonToken.BOOLEAN) {
            return reader.nextBoolean();
        }
        if (token == JsonToken.NULL) {
            reader.nextNull();
            return null;
        }
        String text = reader.nextString();
        return token == JsonToken.NUMBER ? YamlNode.number(text) : text;
    }

    private Map<String, YamlNode> mapping(String path) throws IOException, AgentConfigException {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            YamlNode.add(fields, name, value(YamlNode.path(path, name)));
        }
        reader.endObject();
        return fields;
    }

    private List<YamlNode> sequence(String path) throws IOException, AgentConfigException {
        List<YamlNode> elements = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            elements.add(value(YamlNode.path(path, elements.size())));
        }
        reader.endArray();
        return elements;
    }
}
