package dev.cachepolicy.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an agent writes of itself into the hash {@link RedisKeys#agents}, field {@link Agent#field()}, every
 * {@value #INTERVAL_SECONDS} s and at once after a reload, when it also publishes the field's name on the channel of the
 * same name. An agent is alive while its sequence changes by the reader's clock; no clock of the agent is used.
 *
 * @param sequence grows with every heartbeat of one agent process
 * @param revision of the configuration in use; 0: none yet
 * @param version of the agent's build
 * @param refused why a newer file was refused; absent: none was
 * @param counters by policy id, since the agent started
 */
public record Heartbeat(
        long sequence,
        long revision,
        String version,
        @Nullable Refusal refused,
        Map<String, Counters> counters) {

    /** Time between two heartbeats. */
    public static final int INTERVAL_SECONDS = 5;

    public Heartbeat {
        counters = Map.copyOf(counters);
    }

    /** A pod with an agent. */
    public record Agent(String namespace, String pod, String uid) {

        /** {@return {@code namespace/pod/uid}} */
        public String field() {
            return namespace + "/" + pod + "/" + uid;
        }

        /** {@return the pod that a field of the hash names, if it has the form} */
        public static Optional<Agent> parse(String field) {
            String[] parts = field.split("/", -1);
            return parts.length == 3 ? Optional.of(new Agent(parts[0], parts[1], parts[2])) : Optional.empty();
        }
    }

    /** A refused configuration. */
    public record Refusal(AgentConfigException.Reason reason, String message) {}

    /** Reads of one policy's keys since the agent started. */
    public record Counters(long hits, long misses) {}

    /** {@return this as JSON} Written without data binding, for the reason that {@link YamlNode} gives. */
    public String write() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("sequence").value(sequence);
            json.name("revision").value(revision);
            json.name("version").value(version);
            if (refused != null) {
                json.name("refused").beginObject();
                json.name("reason").value(refused.reason().name());
                json.name("message").value(refused.message());
                json.endObject();
            }
            json.name("counters").beginObject();
            for (Map.Entry<String, Counters> policy : counters.entrySet()) {
                json.name(policy.getKey()).beginObject();
                json.name("hits").value(policy.getValue().hits());
                json.name("misses").value(policy.getValue().misses());
                json.endObject();
            }
            json.endObject();
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text is written without I/O", e);
        }
        return text.toString();
    }

    /** {@return the heartbeat that a text stands for; empty if it has another form, which only a stranger writes} */
    public static Optional<Heartbeat> read(String json) {
        return Binding.read(json);
    }

    /** Loaded by those who read: operators. Agents have no Jackson. */
    private static final class Binding {
        private static final JsonMapper MAPPER = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();

        static Optional<Heartbeat> read(String json) {
            try {
                return Optional.ofNullable(MAPPER.readValue(json, Heartbeat.class));
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }
    }
}
