package dev.cachepolicy.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;

/** Passes on that a connection ended. */
record DisconnectListener(Runnable onDisconnect) implements RedisConnectionStateListener {

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        onDisconnect.run();
    }
}
