package dev.cachepolicy.agent.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.cachepolicy.config.Heartbeat.Refusal;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /status}: what the agent does now, for people. No keys and no secrets.
 *
 * @param pod as heartbeats name it; absent outside a pod
 * @param backends by name
 */
public record AgentStatus(String version, @Nullable String pod, boolean draining, Map<String, BackendStatus> backends) {

    /**
     * One backend.
     *
     * @param revision in use; 0: no configuration yet
     * @param refused why the file that lies there is not used
     * @param listeners addresses that applications may use
     * @param listenError why an address that the configuration asks for is not among them
     * @param redis its address; absent without a configuration
     * @param heartbeat whether the last one arrived, or what hinders it
     * @param policies in use in this pod
     */
    public record BackendStatus(
            long revision,
            @Nullable Refusal refused,
            List<String> listeners,
            @Nullable String listenError,
            @Nullable String redis,
            String heartbeat,
            List<PolicyStatus> policies) {

        private void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeNumberField("revision", revision);
            if (refused != null) {
                json.writeObjectFieldStart("refused");
                json.writeStringField("reason", refused.reason().name());
                json.writeStringField("message", refused.message());
                json.writeEndObject();
            }
            json.writeArrayFieldStart("listeners");
            for (String listener : listeners) {
                json.writeString(listener);
            }
            json.writeEndArray();
            writeIfThere(json, "listenError", listenError);
            writeIfThere(json, "redis", redis);
            json.writeStringField("heartbeat", heartbeat);
            json.writeArrayFieldStart("policies");
            for (PolicyStatus policy : policies) {
                policy.write(json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /**
     * One policy.
     *
     * @param id {@code namespace/name}
     * @param revision of the configuration at which it last changed
     * @param enforcement in force: the weaker of the backend's and the policy's
     * @param selected whether its workloadSelector selects this pod
     */
    public record PolicyStatus(String id, long revision, String keyPattern, String enforcement, boolean selected) {

        private void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("id", id);
            json.writeNumberField("revision", revision);
            json.writeStringField("keyPattern", keyPattern);
            json.writeStringField("enforcement", enforcement);
            json.writeBooleanField("selected", selected);
            json.writeEndObject();
        }
    }

    /** {@return this as JSON} Written without data binding: an agent has no binder, see the image's libraries. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", version);
            writeIfThere(json, "pod", pod);
            json.writeBooleanField("draining", draining);
            json.writeObjectFieldStart("backends");
            for (Map.Entry<String, BackendStatus> backend : backends.entrySet()) {
                json.writeFieldName(backend.getKey());
                backend.getValue().write(json);
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text is written without I/O", e);
        }
        return text.toString();
    }

    private static void writeIfThere(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
