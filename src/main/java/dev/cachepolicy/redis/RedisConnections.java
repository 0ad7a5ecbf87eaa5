package dev.cachepolicy.redis;

import dev.cachepolicy.redis.TlsClient.Prepared;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects to any number of Redis processes over few threads. Methods block for a bounded time; call them on threads
 * that may wait. A lost connection is told of and not mended: whoever asked for it decides when to try again.
 */
public final class RedisConnections implements AutoCloseable {

    private static final int IO_THREADS = 2;
    private static final Duration KEEPALIVE_IDLE = Duration.ofSeconds(10);
    private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);
    private static final int KEEPALIVE_COUNT = 3;

    private final Duration timeout;
    private final ClientResources resources;
    private final ClientOptions options;
    private final RedisClient client;

    /** @param timeout of each step of connecting, and of each command */
    public RedisConnections(Duration timeout) {
        this.timeout = timeout;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .build();
        this.client = RedisClient.create(resources);
        this.options = ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Only commands that an ACL must allow anyway are sent: no HELLO, no PING, no CLIENT.
                .protocolVersion(ProtocolVersion.RESP2)
                .pingBeforeActivateConnection(false)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeout)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(KEEPALIVE_IDLE)
                                .interval(KEEPALIVE_INTERVAL)
                                .count(KEEPALIVE_COUNT)
                                .build())
                        .build())
                .build();
        client.setOptions(options);
    }

    /**
     * {@return a connection for administration; that its Redis answers is known only after the first command}
     *
     * @param onDisconnect told once the connection is lost or closed, on a thread that must not be kept waiting
     */
    public RedisAdmin connect(Destination destination, Runnable onDisconnect) throws RedisAdminException {
        Prepared prepared = prepare(destination);
        try {
            StatefulRedisConnection<String, String> connection = opened(
                    prepared.client()
                            .connectAsync(StringCodec.UTF8, uri(destination))
                            .toCompletableFuture(),
                    prepared.handshake());
            DisconnectListener.watch(connection, onDisconnect);
            return new RedisAdmin(connection, timeout, () -> release(prepared.client()));
        } catch (RedisAdminException e) {
            release(prepared.client());
            throw e;
        }
    }

    /**
     * {@return a subscription to one channel, on a connection of its own}
     *
     * @param onMessage told of each message, on a thread that must not be kept waiting
     * @param onDisconnect as in {@link #connect}; not told of a subscription that was refused
     */
    public RedisSubscription subscribe(
            Destination destination, String channel, Runnable onMessage, Runnable onDisconnect)
            throws RedisAdminException {
        Prepared prepared = prepare(destination);
        try {
            StatefulRedisPubSubConnection<String, String> connection = opened(
                    prepared.client()
                            .connectPubSubAsync(StringCodec.UTF8, uri(destination))
                            .toCompletableFuture(),
                    prepared.handshake());
            RedisSubscription subscription =
                    RedisSubscription.to(connection, channel, onMessage, timeout, () -> release(prepared.client()));
            DisconnectListener.watch(connection, onDisconnect);
            return subscription;
        } catch (RedisAdminException e) {
            release(prepared.client());
            throw e;
        }
    }

    private Prepared prepare(Destination destination) {
        return destination.tls() == null
                ? new Prepared(client, CompletableFuture.completedFuture(null))
                : TlsClient.prepare(destination, destination.tls(), resources, options, timeout);
    }

    /** Closes a client that one connection had for itself. */
    @SuppressWarnings("ReferenceEquality") // clients have identity
    private void release(RedisClient own) {
        if (own != client) {
            var _ = own.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private RedisURI uri(Destination destination) {
        RedisURI uri = RedisURI.builder()
                .withHost(destination.host())
                .withPort(destination.port())
                .withTimeout(timeout)
                .withLibraryName("")
                .withLibraryVersion("")
                .build();
        RedisCredentials credentials = destination.credentials();
        if (credentials != null) {
            uri.setCredentialsProvider(new StaticCredentialsProvider(
                    credentials.username(), credentials.password().toCharArray()));
        }
        return uri;
    }

    private <C extends StatefulConnection<String, String>> C opened(
            CompletableFuture<C> opening, CompletableFuture<?> handshake) throws RedisAdminException {
        try {
            // The steps (resolve, connect, TLS, AUTH) are limited one by one; this limits their sum.
            return opening.thenCombine(handshake, (connection, _) -> connection)
                    .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            abandon(opening);
            throw new RedisAdminException(Failures.timedOut(Failures.CONNECT));
        } catch (ExecutionException e) {
            abandon(opening);
            throw new RedisAdminException(Failures.of("AUTH", "", e));
        } catch (InterruptedException _) {
            abandon(opening);
            Thread.currentThread().interrupt();
            throw new RedisAdminException(Failures.closed());
        }
    }

    private static void abandon(CompletableFuture<? extends StatefulConnection<?, ?>> opening) {
        var _ = opening.thenCompose(StatefulConnection::closeAsync);
    }

    /** Closes every connection. */
    @Override
    public void close() {
        client.shutdown(Duration.ZERO, timeout);
        resources.shutdown(0, timeout.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(timeout.toMillis());
    }
}
