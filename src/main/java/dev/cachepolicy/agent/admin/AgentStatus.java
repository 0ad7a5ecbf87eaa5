package dev.cachepolicy.agent.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachepolicy.config.Heartbeat.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /status}: what the agent does now, for people. No keys and no secrets.
 *
 * @param pod as heartbeats name it; absent outside a pod
 * @param backends by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
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
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BackendStatus(
            long revision,
            @Nullable Refusal refused,
            List<String> listeners,
            @Nullable String listenError,
            @Nullable String redis,
            String heartbeat,
            List<PolicyStatus> policies) {}

    /**
     * One policy.
     *
     * @param id {@code namespace/name}
     * @param revision of the configuration at which it last changed
     * @param enforcement in force: the weaker of the backend's and the policy's
     * @param selected whether its workloadSelector selects this pod
     */
    public record PolicyStatus(String id, long revision, String keyPattern, String enforcement, boolean selected) {}

    String json() {
        try {
            return Json.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an AgentStatus is always writable", e);
        }
    }

    /** Made when the page is first asked for: most agents are never asked. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder().build();
    }
}
