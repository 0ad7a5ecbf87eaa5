package dev.cachepolicy.operator.keeper;

import java.time.Duration;

/**
 * Times of the keepers.
 *
 * @param poll between two looks at a Redis's settings
 * @param heartbeatPoll between two looks at its agents' heartbeats
 * @param liveness after which an agent whose sequence did not change is not alive
 * @param trim after which a silent agent's entry is removed
 * @param backoffFirst before the second attempt to connect
 * @param backoffCap between attempts, at most
 * @param refusedCap between attempts, at most, while connections are refused: such an attempt costs nothing, and a Redis
 *     that returns has its settings soon
 * @param claim lifetime of the owner key; each poll renews it
 * @param corrections of one parameter within {@code contention} after which another program is taken to hold it
 * @param contention see {@code corrections}
 * @param farewell how long original settings are tried to be put back after {@link RedisKeepers#release}
 * @param timeout of connecting and of each command
 */
public record KeeperOptions(
        Duration poll,
        Duration heartbeatPoll,
        Duration liveness,
        Duration trim,
        Duration backoffFirst,
        Duration backoffCap,
        Duration refusedCap,
        Duration claim,
        int corrections,
        Duration contention,
        Duration farewell,
        Duration timeout) {

    /** {@return what an operator runs with, given its poll} */
    public static KeeperOptions withPoll(Duration poll) {
        return new KeeperOptions(
                poll,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Duration.ofMinutes(10),
                3,
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(2));
    }

    /** {@return {@link #withPoll} of 30 s} */
    public static KeeperOptions defaults() {
        return withPoll(Duration.ofSeconds(30));
    }
}
