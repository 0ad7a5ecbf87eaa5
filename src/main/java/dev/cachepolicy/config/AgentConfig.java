package dev.cachepolicy.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does for one backend: the content of {@value #FILE_NAME}. Written by the operator into a ConfigMap, or by
 * {@code cachepolicy render}; read by agents, which are as old as their pods. So fields are only ever added, readers
 * ignore those they do not know, and what an old agent must not ignore is named in {@code requires}.
 *
 * @param requires features without which this file must not be used, see {@link Features}
 * @param revision grows with every change of the file
 * @param backend whose configuration this is
 * @param upstream where Redis is
 * @param port the agent's listener on its bind address
 * @param enforcement holds for all policies; the weaker of this and the policy's own counts
 * @param limits bounds of the proxy's buffers; absent: {@link Limits#DEFAULTS}
 * @param policies accepted policies only, ordered by namespace and name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgentConfig(
        Set<String> requires,
        long revision,
        Backend backend,
        Upstream upstream,
        int port,
        Enforcement enforcement,
        @Nullable Limits limits,
        List<PolicyConfig> policies) {

    /** Name of the file, and of the key in the ConfigMap. */
    public static final String FILE_NAME = "agent.yaml";

    public AgentConfig {
        // Written in this order: another would be a change of the file.
        requires = Collections.unmodifiableSortedSet(new TreeSet<>(requires));
        policies = List.copyOf(policies);
    }

    /**
     * A CacheBackend.
     *
     * @param uid of the CacheBackend; names the agents' heartbeats in Redis
     */
    public record Backend(String namespace, String name, String uid) {}

    /**
     * How to reach Redis.
     *
     * @param endpoint host:port
     * @param authSecret directory below the agent's secrets directory with the files {@code username} (optional) and
     *     {@code password}; absent: no AUTH is sent, and the application's own passes through
     * @param tls absent: connections are not protected; a file that has it requires {@link Features#TLS}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Upstream(
            String endpoint,
            @Nullable String authSecret,
            @Nullable Tls tls) {

        /** Without TLS. */
        public Upstream(String endpoint, @Nullable String authSecret) {
            this(endpoint, authSecret, null);
        }
    }

    /**
     * TLS to Redis. What Redis shows is always verified.
     *
     * @param caSecret directory below the agent's secrets directory with the file {@code ca.crt}; absent: the authorities
     *     that the agent's runtime brings
     * @param clientCertSecret the same with {@code tls.crt} and {@code tls.key}; absent: no certificate is shown
     * @param serverName that Redis's certificate must have; absent: the host of the endpoint
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tls(
            @Nullable String caSecret,
            @Nullable String clientCertSecret,
            @Nullable String serverName) {}

    /**
     * Bounds of what one connection may make the agent hold. A violation closes that connection with an error.
     *
     * @param maxBulkBytes longest bulk string of a request
     * @param maxArrayLength most arguments of a request
     * @param maxInlineBytes longest inline command
     * @param maxDepth deepest nesting of a reply
     * @param maxClientOutputBytes replies buffered for a client that does not read
     * @param maxPipeline requests in flight for one client; more are not read until replies come
     * @param maxConnections clients at a time
     */
    public record Limits(
            int maxBulkBytes,
            int maxArrayLength,
            int maxInlineBytes,
            int maxDepth,
            int maxClientOutputBytes,
            int maxPipeline,
            int maxConnections) {

        /** Redis's own bounds where it has them ({@code proto-max-bulk-len}, 64 KiB inline, 1024*1024 arguments). */
        public static final Limits DEFAULTS = new Limits(512 << 20, 1 << 20, 64 << 10, 32, 8 << 20, 10_000, 10_000);
    }

    /** {@return the limits in force} */
    public Limits limitsOrDefaults() {
        return limits == null ? Limits.DEFAULTS : limits;
    }
}
