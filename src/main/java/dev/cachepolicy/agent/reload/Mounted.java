package dev.cachepolicy.agent.reload;

import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.tls.ClientTls;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that the mounted directories say at one moment; immutable.
 *
 * @param backends by the name of their directory; those that are expected are there even without a configuration
 * @param credentials by the name of their Secret; those that a configuration names, as far as they are mounted
 * @param tls by backend; for every configuration that wants TLS
 * @param podLabels of the agent's own pod
 */
public record Mounted(
        SortedMap<String, BackendConfig> backends,
        Map<String, Credentials> credentials,
        Map<String, ClientTls> tls,
        Map<String, String> podLabels) {

    static final Mounted NOTHING = new Mounted(new TreeMap<>(), Map.of(), Map.of(), Map.of());

    public Mounted {
        backends = Collections.unmodifiableSortedMap(new TreeMap<>(backends));
        credentials = Map.copyOf(credentials);
        tls = Map.copyOf(tls);
        podLabels = Map.copyOf(podLabels);
    }
}
