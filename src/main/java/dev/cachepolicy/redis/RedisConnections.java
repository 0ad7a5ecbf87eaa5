package dev.cachepolicy.redis;

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
import org.jspecify.annotations.Nullable;

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
    private final RedisClient client;

    /** @param timeout of each step of connecting, and of each command */
    public RedisConnections(Duration timeout) {
        this.timeout = timeout;
        this.resources = ClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
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
                .build());
    }

    /**
     * {@return a connection for administration; that its Redis answers is known only after the first command}
     *
     * @param endpoint {@code host:port}
     * @param credentials null: the default user without a password
     * @param onDisconnect told once the connection is lost or closed, on a thread that must not be kept waiting
     */
    public RedisAdmin connect(String endpoint, @Nullable RedisCredentials credentials, Runnable onDisconnect)
            throws RedisAdminException {
        StatefulRedisConnection<String, String> connection =
                opened(client.connectAsync(StringCodec.UTF8, uri(endpoint, credentials))
                        .toCompletableFuture());
        DisconnectListener.watch(connection, onDisconnect);
        return new RedisAdmin(connection, timeout);
    }

    /**
     * {@return a subscription to one channel, on a connection of its own}
     *
     * @param onMessage told of each message, on a thread that must not be kept waiting
     * @param onDisconnect as in {@link #connect}; not told of a subscription that was refused
     */
    public RedisSubscription subscribe(
            String endpoint,
            @Nullable RedisCredentials credentials,
            String channel,
            Runnable onMessage,
            Runnable onDisconnect)
            throws RedisAdminException {
        StatefulRedisPubSubConnection<String, String> connection =
                opened(client.connectPubSubAsync(StringCodec.UTF8, uri(endpoint, credentials))
                        .toCompletableFuture());
        RedisSubscription subscription = RedisSubscription.to(connection, channel, onMessage, timeout);
        DisconnectListener.watch(connection, onDisconnect);
        return subscription;
    }

    private RedisURI uri(String endpoint, @Nullable RedisCredentials credentials) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        RedisURI uri = RedisURI.builder()
                .withHost(host)
                .withPort(Integer.parseInt(endpoint.substring(colon + 1)))
                .withTimeout(timeout)
                .withLibraryName("")
                .withLibraryVersion("")
                .build();
        if (credentials != null) {
            uri.setCredentialsProvider(new StaticCredentialsProvider(
                    credentials.username(), credentials.password().toCharArray()));
        }
        return uri;
    }

    private <C extends StatefulConnection<String, String>> C opened(CompletableFuture<C> opening)
            throws RedisAdminException {
        try {
            // Lettuce limits the steps (resolve, connect, AUTH) one by one; this limits their sum.
            return opening.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            abandon(opening);
            throw new RedisAdminException(Failures.timedOut(Failures.CONNECT));
        } catch (ExecutionException e) {
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
