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
     * Ready when every backend has a configuration. Redis does not count: an agent in front of a Redis that is down does
     * what the policies say, and a pod taken out of service could not do it.
     *
     * @param backends those that are expected or mounted
     * @param draining whether the agent is about to end
     */
    public static Health of(Map<String, BackendConfig> backends, boolean draining) {
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
        return missing.isEmpty()
                ? Health.ok("following " + String.join(", ", revisions))
                : Health.failing("there is no configuration yet of " + String.join(", ", missing));
    }

    private static String because(@Nullable Refusal refused) {
        return refused == null ? "" : " (refused: " + refused.message() + ")";
    }
}
