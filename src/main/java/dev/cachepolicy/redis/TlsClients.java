package dev.cachepolicy.redis;

import dev.cachepolicy.tls.ClientTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** Lettuce holds certificates for a whole client: each protected connection has one, on the threads of all. */
final class TlsClients {

    private TlsClients() {}

    /** {@return a client for this destination alone, to be shut down with its connection} */
    static RedisClient client(
            Destination destination, ClientTls tls, ClientResources resources, ClientOptions plain, Duration timeout) {
        SslOptions.Builder ssl =
                SslOptions.builder().jdkSslProvider().handshakeTimeout(timeout).trustManager(tls.trust());
        if (tls.keys() != null) {
            ssl.keyManager(tls.keys());
        }
        RedisClient client = RedisClient.create(resources
                .mutate()
                .socketAddressResolver(new FixedAddress(destination))
                .build());
        client.setOptions(plain.mutate().sslOptions(ssl.build()).build());
        return client;
    }

    /** Lettuce verifies the name that it believes to connect to. */
    static RedisURI expecting(RedisURI uri, Destination destination, ClientTls tls) {
        uri.setHost(tls.expectedName(destination.host()));
        uri.setSsl(true);
        uri.setVerifyPeer(SslVerifyMode.FULL);
        return uri;
    }

    private static final class FixedAddress extends SocketAddressResolver {

        private final InetSocketAddress address;

        FixedAddress(Destination destination) {
            this.address = InetSocketAddress.createUnresolved(destination.host(), destination.port());
        }

        @Override
        public SocketAddress resolve(RedisURI uri) {
            return address;
        }
    }
}
