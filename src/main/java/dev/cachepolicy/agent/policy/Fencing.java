package dev.cachepolicy.agent.policy;

import dev.cachepolicy.config.PolicyConfig;
import java.time.Duration;

/**
 * How the keys of a policy are fenced: no value is stored whose load began before an invalidation, and of many readers
 * that miss at once one loads.
 *
 * @param lockTimeout how long a load is taken to be under way, and the key's other readers wait for it
 * @param maxWait how long a reader waits at most; zero: never
 * @param maxBlock how long it waits at most once another reply of its connection stands behind it
 * @param beta above 0: readers load before a value expires; the higher, the earlier
 * @param staleFor how long a value is served after its time, while one reader loads it anew; zero: it expires
 */
public record Fencing(Duration lockTimeout, Duration maxWait, Duration maxBlock, double beta, Duration staleFor) {

    /** {@return whether a value is loaded anew while it is there, so that its expiry matters to readers} */
    public boolean loadsBeforeExpiry() {
        return beta > 0 || servesStale();
    }

    /** {@return whether a value is served after its time} */
    public boolean servesStale() {
        return !staleFor.isZero();
    }

    /** {@return how long a load may take, and what is known of it is kept} A value loaded for longer is not stored. */
    public Duration fenceTime() {
        return PolicyConfig.Fencing.fenceTime(lockTimeout);
    }
}
