package dev.cachepolicy.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;

/** Passes on that a connection ended. */
record DisconnectListener(Runnable onDisconnect) implements RedisConnectionStateListener {

    static void watch(StatefulConnection<String, String> connection, Runnable onDisconnect) {
        connection.addListener(new DisconnectListener(onDisconnect));
        // Lost before the listener was there: told twice at worst.
        if (!connection.isOpen()) {
            onDisconnect.run();
        }
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        onDisconnect.run();
    }
}
