package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.PolicyMetrics;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * What holds for all listeners of a process.
 *
 * @param eventLoops threads that move bytes
 * @param connectTimeout until a connection to Redis is made and authenticated
 * @param responseTimeout without a byte of a reply that is due, after which Redis counts as hung
 * @param slowResponseTimeout the same for commands whose work is the application's own, such as EVAL and KEYS
 * @param busyThreshold how long a Redis that answers nobody may be at work on a slow command; longer than its own
 *     busy-reply-threshold, less the {@code responseTimeout} after which the silence is noticed
 * @param maxRequestBytes longest request; it is held whole before it is forwarded
 * @param maxInvalidations how many keys a listener remembers of writes that it answered in Redis's place; with more it
 *     removes all keys of its policies that fail open
 * @param maxInvalidationBytes how many bytes of such keys
 * @param maxPendingLoadBytes how much heap a listener takes, roughly, to remember the nils that it gave; with more it
 *     stores nothing for a while
 * @param restarted whether an agent before this one may have given nils to the same applications
 * @param policyMetrics where policies count
 * @param random for jitter; used by all event loops
 */
public record ProxyOptions(
        int eventLoops,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration slowResponseTimeout,
        Duration busyThreshold,
        int maxRequestBytes,
        int maxInvalidations,
        long maxInvalidationBytes,
        long maxPendingLoadBytes,
        boolean restarted,
        PolicyMetrics policyMetrics,
        RandomGenerator random) {

    /**
     * {@return what an agent in a pod uses} A request may have half of the memory for buffers ({@code
     * -XX:MaxDirectMemorySize}): while it grows into its last buffer it takes up to three quarters.
     */
    public static ProxyOptions defaults(PolicyMetrics policyMetrics) {
        return new ProxyOptions(
                1,
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                (int) Math.min(Integer.MAX_VALUE, PlatformDependent.maxDirectMemory() / 2),
                10_000,
                1 << 20,
                4 << 20,
                false,
                policyMetrics,
                () -> ThreadLocalRandom.current().nextLong());
    }
}
