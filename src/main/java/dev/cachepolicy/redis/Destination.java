package dev.cachepolicy.redis;

import dev.cachepolicy.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis to speak to, and how.
 *
 * @param endpoint {@code host:port}
 * @param credentials null: the default user without a password
 * @param tls null: the connection is not protected
 */
public record Destination(
        String endpoint,
        @Nullable RedisCredentials credentials,
        @Nullable ClientTls tls) {

    private int colon() {
        return endpoint.lastIndexOf(':');
    }

    /** {@return the host, an IPv6 address without its brackets} */
    String host() {
        String host = endpoint.substring(0, colon());
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return Integer.parseInt(endpoint.substring(colon() + 1));
    }
}
