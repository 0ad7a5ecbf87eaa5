package dev.cachepolicy.agent.proxy;

import org.jspecify.annotations.Nullable;

/**
 * Why commands that were sent have no reply.
 *
 * @param endpoint where Redis is
 * @param address of this end of the connection that is gone
 */
record Loss(
        String endpoint, UpstreamFailure failure, @Nullable String address) {}
