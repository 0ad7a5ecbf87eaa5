package dev.cachepolicy.agent.admin;

import dev.cachepolicy.agent.reload.BackendConfig;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.metrics.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether applications may use the agent. */
public final class Readiness {

    private Readiness() {}

    /**
     * Ready when every backend has a configuration and its port. Redis does not count: an agent in front of a Redis that is down does
     * what the policies say, and a pod taken out of service could not do it.
     *
     * @param backends those that are expected or mounted
     * @param listenErrors why a backend's port is not served, by backend
     * @param draining whether the agent is about to end
     */
    public static Health of(Map<String, BackendConfig> backends, Map<String, String> listenErrors, boolean draining) {
        if (draining) {
            return Health.failing("draining: the agent is about to end");
        }
        if (backends.isEmpty()) {
            return Health.failing("there is no configuration of any backend yet");
        }
        List<String> missing = new ArrayList<>();
        List<String> revisions = new ArrayList<>();
        backends.forEach((name, known) -> {
            if (known.config() == null) {
                missing.add(name + because(known.refused()));
            } else {
                revisions.add(name + " at revision " + known.revision());
            }
        });
        if (!missing.isEmpty()) {
            return Health.failing("there is no configuration yet of " + String.join(", ", missing));
        }
        return listenErrors.isEmpty()
                ? Health.ok("following " + String.join(", ", revisions))
                : Health.failing(String.join("; ", listenErrors.values()));
    }

    private static String because(@Nullable Refusal refused) {
        return refused == null ? "" : " (refused: " + refused.message() + ")";
    }
}
