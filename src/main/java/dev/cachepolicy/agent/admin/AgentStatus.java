package dev.cachepolicy.agent.admin;

import com.google.gson.stream.JsonWriter;
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

        private void write(JsonWriter json) throws IOException {
            json.beginObject();
            json.name("revision").value(revision);
            if (refused != null) {
                json.name("refused").beginObject();
                json.name("reason").value(refused.reason().name());
                json.name("message").value(refused.message());
                json.endObject();
            }
            json.name("listeners").beginArray();
            for (String listener : listeners) {
                json.value(listener);
            }
            json.endArray();
            writeIfThere(json, "listenError", listenError);
            writeIfThere(json, "redis", redis);
            json.name("heartbeat").value(heartbeat);
            json.name("policies").beginArray();
            for (PolicyStatus policy : policies) {
                policy.write(json);
            }
            json.endArray();
            json.endObject();
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

        private void write(JsonWriter json) throws IOException {
            json.beginObject();
            json.name("id").value(id);
            json.name("revision").value(revision);
            json.name("keyPattern").value(keyPattern);
            json.name("enforcement").value(enforcement);
            json.name("selected").value(selected);
            json.endObject();
        }
    }

    /** {@return this as JSON} Written without data binding: an agent has no binder, see the image's libraries. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("version").value(version);
            writeIfThere(json, "pod", pod);
            json.name("draining").value(draining);
            json.name("backends").beginObject();
            for (Map.Entry<String, BackendStatus> backend : backends.entrySet()) {
                json.name(backend.getKey());
                backend.getValue().write(json);
            }
            json.endObject();
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException("a text is written without I/O", e);
        }
        return text.toString();
    }

    private static void writeIfThere(JsonWriter json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.name(name).value(value);
        }
    }
}
