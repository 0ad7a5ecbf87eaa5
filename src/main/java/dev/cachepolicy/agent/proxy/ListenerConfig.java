package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * What a listener does; replaced as a whole by {@link Listener#apply}.
 *
 * @param table the policies
 * @param endpoint where Redis is, host:port
 * @param credentials absent: the application authenticates itself
 * @param tls absent: connections are not protected
 * @param limits bounds of one connection; {@code maxConnections} of all
 */
public record ListenerConfig(
        PolicyTable table,
        String endpoint,
        @Nullable Credentials credentials,
        @Nullable ClientTls tls,
        AgentConfig.Limits limits) {

    /** Without TLS. */
    public ListenerConfig(
            PolicyTable table, String endpoint, @Nullable Credentials credentials, AgentConfig.Limits limits) {
        this(table, endpoint, credentials, null, limits);
    }

    public ListenerConfig {
        if (endpoint.lastIndexOf(':') < 1) {
            throw new IllegalArgumentException("endpoint '" + endpoint + "' must be host:port");
        }
    }
}
