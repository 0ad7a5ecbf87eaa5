package dev.cachepolicy.redis;

import dev.cachepolicy.tls.ClientTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A client for one protected connection, on the threads of all. Lettuce's own TLS belongs to a whole client, and verifies
 * the name of the host that it connects to and no other; so Lettuce sees a plain connection, and TLS lies below it.
 */
final class TlsClient implements NettyCustomizer {

    private final Destination destination;
    private final ClientTls tls;
    private final Duration timeout;
    private final CompletableFuture<Channel> handshake = new CompletableFuture<>();

    private TlsClient(Destination destination, ClientTls tls, Duration timeout) {
        this.destination = destination;
        this.tls = tls;
        this.timeout = timeout;
    }

    /** {@code handshake} ends with the handshake of the connection that {@code client} is asked for. */
    record Prepared(RedisClient client, CompletableFuture<Channel> handshake) {}

    /** @param timeout of the handshake */
    static Prepared prepare(
            Destination destination,
            ClientTls tls,
            ClientResources resources,
            ClientOptions options,
            Duration timeout) {
        TlsClient below = new TlsClient(destination, tls, timeout);
        RedisClient client =
                RedisClient.create(resources.mutate().nettyCustomizer(below).build());
        client.setOptions(options);
        return new Prepared(client, below.handshake);
    }

    @Override
    public void afterChannelInitialized(Channel channel) {
        SslHandler handler =
                new SslHandler(tls.engine(destination.host(), destination.port()), Thread::startVirtualThread);
        handler.setHandshakeTimeoutMillis(timeout.toMillis());
        handler.handshakeFuture().addListener(made -> {
            if (made.isSuccess()) {
                handshake.complete(channel);
            } else {
                handshake.completeExceptionally(made.cause());
            }
        });
        channel.pipeline().addFirst(handler);
    }
}
