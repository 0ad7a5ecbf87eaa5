package dev.cachepolicy.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * {@link AgentConfig} as YAML. The same configuration always gives the same bytes. The text ends with the document end
 * marker {@code ...}: a file that was cut at the end of a line is valid YAML with fewer policies, and only the missing
 * marker tells it from a whole one.
 */
public final class AgentConfigYaml {

    private static final String END = "...\n";

    private static final Pattern ENDPOINT = Pattern.compile("[^\\s:]+:[0-9]{1,5}|\\[[^\\s\\]]+\\]:[0-9]{1,5}");

    private static final ObjectMapper MAPPER = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private AgentConfigYaml() {}

    /** {@return the text of a configuration} */
    public static String write(AgentConfig config) {
        try {
            return MAPPER.writeValueAsString(config) + END;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an AgentConfig is always writable", e);
        }
    }

    /**
     * {@return the configuration that a text stands for}
     *
     * @throws AgentConfigException if the text is cut short or malformed, or requires what {@link Features#SUPPORTED}
     *     does not have
     */
    public static AgentConfig read(String text) throws AgentConfigException {
        if (!text.endsWith("\n" + END) && !text.endsWith("\n...")) {
            throw malformed("the file is cut short: its last line must be '...'");
        }
        JsonNode tree = tree(text);
        checkRequirements(tree);
        checkNoNulls(tree, "");
        try {
            AgentConfig config = MAPPER.treeToValue(tree, AgentConfig.class);
            check(config);
            return config;
        } catch (JsonProcessingException e) {
            throw malformed(path(e) + e.getOriginalMessage());
        }
    }

    private static JsonNode tree(String text) throws AgentConfigException {
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (!tree.isObject()) {
                throw malformed("the file must hold a mapping with the fields requires, revision, backend, upstream,"
                        + " port, enforcement and policies");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw malformed("not YAML: " + e.getOriginalMessage());
        }
    }

    private static void checkRequirements(JsonNode tree) throws AgentConfigException {
        Set<String> missing = new TreeSet<>();
        tree.path("requires").forEach(feature -> missing.add(feature.asText()));
        missing.removeAll(Features.SUPPORTED);
        if (!missing.isEmpty()) {
            throw new AgentConfigException(
                    Reason.AgentTooOld,
                    "the file requires " + String.join(", ", missing)
                            + ", which this agent does not have: use a newer agent image");
        }
    }

    /** A null would pass for an absent field, and fail long after in code that was promised a value. */
    private static void checkNoNulls(JsonNode node, String path) throws AgentConfigException {
        if (node.isNull()) {
            throw malformed(path + " has no value: give it one, or leave it out");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            checkNoNulls(field.getValue(), path.isEmpty() ? field.getKey() : path + "." + field.getKey());
        }
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            checkNoNulls(node.get(i), path + "[" + i + "]");
        }
    }

    private static void check(AgentConfig config) throws AgentConfigException {
        if (config.port() < 1 || config.port() > 65535) {
            throw malformed("port " + config.port() + " is not between 1 and 65535");
        }
        if (!ENDPOINT.matcher(config.upstream().endpoint()).matches()) {
            throw malformed("upstream.endpoint must have the form host:port, such as redis.shop.svc:6379");
        }
        Set<String> ids = new LinkedHashSet<>();
        for (PolicyConfig policy : config.policies()) {
            if (!ids.add(policy.id())) {
                throw malformed("policy " + policy.id() + " is there twice");
            }
            PolicyConfig.Ttl ttl = policy.ttl();
            if (ttl.millis() < 1) {
                throw malformed("policy " + policy.id() + ": ttl.millis must be above zero");
            }
            if (ttl.jitterPercent() < 0 || ttl.jitterPercent() > 50) {
                throw malformed("policy " + policy.id() + ": ttl.jitterPercent must lie between 0 and 50");
            }
            try {
                KeyPattern.parse(policy.keyPattern());
            } catch (InvalidPatternException e) {
                throw malformed("policy " + policy.id() + ": " + e.getMessage());
            }
        }
    }

    private static String path(JsonProcessingException e) {
        if (!(e instanceof JsonMappingException mapping)) {
            return "";
        }
        StringBuilder path = new StringBuilder();
        List<JsonMappingException.Reference> references = mapping.getPath();
        for (JsonMappingException.Reference reference : references) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.isEmpty() ? "" : path + ": ";
    }

    private static AgentConfigException malformed(String message) {
        return new AgentConfigException(Reason.Malformed, message);
    }
}
