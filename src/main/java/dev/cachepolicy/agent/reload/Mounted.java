package dev.cachepolicy.agent.reload;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that the mounted directories say at one moment; immutable.
 *
 * @param backends by the name of their directory; those that are expected are there even without a configuration
 * @param logins by the name of their Secret; those that a configuration names, as far as they are mounted
 * @param podLabels of the agent's own pod
 */
public record Mounted(
        SortedMap<String, BackendConfig> backends, Map<String, Login> logins, Map<String, String> podLabels) {

    static final Mounted NOTHING = new Mounted(new TreeMap<>(), Map.of(), Map.of());

    public Mounted {
        backends = Collections.unmodifiableSortedMap(new TreeMap<>(backends));
        logins = Map.copyOf(logins);
        podLabels = Map.copyOf(podLabels);
    }
}
