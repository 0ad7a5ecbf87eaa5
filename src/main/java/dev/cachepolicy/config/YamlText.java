package dev.cachepolicy.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML as {@link YamlNode}s, by the core schema of YAML 1.2: {@code Off} and {@code no} are text. Anchors and aliases are
 * refused.
 */
final class YamlText {

    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");

    private final Parser parser;

    private YamlText(String text) {
        this.parser = new ParserImpl(new StreamReader(new StringReader(text)), new LoaderOptions());
    }

    /** {@return the only document of a text} */
    static YamlNode parse(String text) throws AgentConfigException {
        YamlText yaml = new YamlText(text);
        try {
            yaml.parser.getEvent();
            if (yaml.parser.getEvent().getEventId() != Event.ID.DocumentStart) {
                return new YamlNode("", null);
            }
            YamlNode document = yaml.value("");
            yaml.parser.getEvent();
            if (yaml.parser.getEvent().getEventId() != Event.ID.StreamEnd) {
                throw YamlNode.malformed("the file holds more than one document");
            }
            return document;
        } catch (MarkedYAMLException e) {
            throw YamlNode.malformed("not YAML: " + e.getProblem() + " in line "
                    + (e.getProblemMark().getLine() + 1));
        } catch (YAMLException e) {
            throw YamlNode.malformed("not YAML: " + e.getMessage());
        }
    }

    private YamlNode value(String path) throws AgentConfigException {
        return value(path, parser.getEvent());
    }

    private YamlNode value(String path, Event event) throws AgentConfigException {
        if (event instanceof MappingStartEvent) {
            return new YamlNode(path, mapping(path));
        }
        if (event instanceof SequenceStartEvent) {
            return new YamlNode(path, sequence(path));
        }
        if (event instanceof ScalarEvent scalar) {
            return new YamlNode(path, scalar.isPlain() ? plain(scalar.getValue()) : scalar.getValue());
        }
        throw YamlNode.malformed((path.isEmpty() ? "the file" : path) + " is an alias: write the value out");
    }

    private Map<String, YamlNode> mapping(String path) throws AgentConfigException {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        for (Event event = parser.getEvent(); !event.is(Event.ID.MappingEnd); event = parser.getEvent()) {
            if (!(event instanceof ScalarEvent name)) {
                throw YamlNode.malformed((path.isEmpty() ? "the file" : path) + " has a field whose name is not text");
            }
            YamlNode.add(fields, name.getValue(), value(YamlNode.path(path, name.getValue())));
        }
        return fields;
    }

    private List<YamlNode> sequence(String path) throws AgentConfigException {
        List<YamlNode> elements = new ArrayList<>();
        for (Event event = parser.getEvent(); !event.is(Event.ID.SequenceEnd); event = parser.getEvent()) {
            elements.add(value(YamlNode.path(path, elements.size()), event));
        }
        return elements;
    }

    private static @Nullable Object plain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> null;
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            default -> INTEGER.matcher(text).matches() ? YamlNode.number(text) : text;
        };
    }
}
