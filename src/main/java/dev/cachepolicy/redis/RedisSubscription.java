package dev.cachepolicy.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;

/** One channel's messages, until closed. */
public final class RedisSubscription implements AutoCloseable {

    private final StatefulRedisPubSubConnection<String, String> connection;

    private final Runnable onClose;

    private RedisSubscription(StatefulRedisPubSubConnection<String, String> connection, Runnable onClose) {
        this.connection = connection;
        this.onClose = onClose;
    }

    static RedisSubscription to(
            StatefulRedisPubSubConnection<String, String> connection,
            String channel,
            Runnable onMessage,
            Duration timeout,
            Runnable onClose)
            throws RedisAdminException {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                onMessage.run();
            }
        });
        RedisSubscription subscription = new RedisSubscription(connection, onClose);
        try {
            new Calls(connection, timeout)
                    .await("SUBSCRIBE", channel, () -> connection.async().subscribe(channel));
        } catch (RedisAdminException e) {
            subscription.close();
            throw e;
        }
        return subscription;
    }

    @Override
    public void close() {
        var _ = connection.closeAsync().thenRun(onClose);
    }
}
