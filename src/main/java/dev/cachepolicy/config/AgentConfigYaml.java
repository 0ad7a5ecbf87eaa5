package dev.cachepolicy.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.KeyTemplate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * {@link AgentConfig} as YAML. The same configuration always gives the same bytes. What is written is the part of YAML
 * that is JSON, too ({@link YamlNode} says what this is good for), with a line for each policy; what is read may be any
 * YAML. The text ends with the document end marker {@code ...}: a file that was cut at the end of a line may be valid
 * YAML with fewer policies, and only the missing marker tells it from a whole one.
 */
public final class AgentConfigYaml {

    private static final String END = "\n...";

    private static final Pattern ENDPOINT = Pattern.compile("[^\\s:]+:[0-9]{1,5}|\\[[^\\s\\]]+\\]:[0-9]{1,5}");

    private AgentConfigYaml() {}

    /** {@return the text of a configuration} */
    public static String write(AgentConfig config) {
        return Binding.write(config) + END + "\n";
    }

    /**
     * {@return the configuration that a text stands for}
     *
     * @throws AgentConfigException if the text is cut short or malformed, or requires what {@link Features#SUPPORTED}
     *     does not have
     */
    public static AgentConfig read(String text) throws AgentConfigException {
        String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (!whole.endsWith(END)) {
            throw malformed("the file is cut short: its last line must be '...'");
        }
        YamlNode file = YamlNode.parse(whole.substring(0, whole.length() - END.length() + 1));
        if (!file.isMapping()) {
            throw malformed("the file must hold a mapping with the fields requires, revision, backend, upstream,"
                    + " port, enforcement and policies");
        }
        checkRequirements(file);
        file.requireValues();
        AgentConfig config = AgentConfigReader.config(file);
        check(config);
        return config;
    }

    /** Before all else: the form of what this build does not know may be anything. */
    private static void checkRequirements(YamlNode file) throws AgentConfigException {
        YamlNode requires = file.optional("requires");
        Set<String> missing = new TreeSet<>(requires == null ? List.of() : requires.list(YamlNode::text));
        missing.removeAll(Features.SUPPORTED);
        if (!missing.isEmpty()) {
            throw new AgentConfigException(
                    Reason.AgentTooOld,
                    "the file requires " + String.join(", ", missing)
                            + ", which this agent does not have: use a newer agent image");
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
                for (PolicyConfig.Trigger trigger :
                        policy.triggers() == null ? List.<PolicyConfig.Trigger>of() : policy.triggers()) {
                    KeyPattern onWrite = KeyPattern.parse(trigger.onWrite());
                    for (String key : trigger.invalidate()) {
                        KeyTemplate.parse(key, onWrite.captures());
                    }
                }
            } catch (InvalidPatternException e) {
                throw malformed("policy " + policy.id() + ": " + e.getMessage());
            }
        }
    }

    private static AgentConfigException malformed(String message) {
        return new AgentConfigException(Reason.Malformed, message);
    }

    /** Loaded by those who write. An agent only reads, and has no Jackson: {@link YamlNode} says what this would cost it. */
    private static final class Binding {
        private static final ObjectMapper MAPPER = JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultPrettyPrinter(new OnePolicyALine())
                .build();

        static String write(AgentConfig config) {
            try {
                return MAPPER.writeValueAsString(config);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("an AgentConfig is always writable", e);
            }
        }
    }
}
