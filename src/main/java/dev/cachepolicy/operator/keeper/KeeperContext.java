package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.redis.RedisConnections;
import java.time.InstantSource;

/** What all keepers share. {@code time} never goes backwards. */
record KeeperContext(
        String clusterId,
        RedisConnections connections,
        KeeperListener listener,
        KeeperMetrics metrics,
        KeeperOptions options,
        InstantSource time) {}
