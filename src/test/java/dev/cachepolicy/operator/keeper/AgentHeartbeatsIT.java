package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.backend;
import static dev.cachepolicy.operator.keeper.Keepers.eventually;
import static dev.cachepolicy.operator.keeper.Keepers.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.testing.RedisProcess;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What agents write into Redis reaches the state. */
class AgentHeartbeatsIT {

    private static final BackendId BACKEND = backend("shop-redis");
    private static final String KEY = RedisKeys.agents(BACKEND.uid());
    private static final Heartbeat.Agent AGENT = new Heartbeat.Agent("shop", "web-1", "pod-uid");

    private static void beat(RedisProcess redis, long sequence, long revision) {
        Heartbeat heartbeat =
                new Heartbeat(sequence, revision, "1.0", null, Map.of("p", new Heartbeat.Counters(sequence, 1)));
        redis.cli("HSET", KEY, AGENT.field(), heartbeat.write());
    }

    private static long acknowledged(Keepers keepers) {
        AgentObservation observation = keepers.awaitReached(BACKEND).agents().get(AGENT);
        return observation == null ? -1 : observation.heartbeat().revision();
    }

    @Test
    void anAnnouncedRevisionIsSeenAtOnce() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers(Keepers.WITHOUT_POLLS)) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitReached(BACKEND);

            beat(redis, 1, 7);
            redis.cli("PUBLISH", KEY, AGENT.field());

            eventually(() -> assertThat(acknowledged(keepers)).isEqualTo(7));
        }
    }

    @Test
    void anUnannouncedHeartbeatIsSeenByThePoll() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitReached(BACKEND);

            beat(redis, 1, 7);

            eventually(() -> assertThat(acknowledged(keepers)).isEqualTo(7));
        }
    }

    @Test
    void manyAnnouncementsAreReadTogether() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers(Keepers.WITHOUT_POLLS)) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitReached(BACKEND);
            long before = reads(redis);

            beat(redis, 1, 9);
            redis.cli(
                    "EVAL",
                    "for n = 1, 50 do redis.call('PUBLISH', KEYS[1], 'shop/web-' .. n .. '/uid') end",
                    "1",
                    KEY);

            eventually(() -> assertThat(acknowledged(keepers)).isEqualTo(9));
            assertThat(reads(redis) - before).isBetween(1L, 20L);
        }
    }

    private static long reads(RedisProcess redis) {
        return redis.cli("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_hgetall:calls="))
                .mapToLong(line -> Long.parseLong(line.replaceAll("^cmdstat_hgetall:calls=([0-9]+).*", "$1")))
                .sum();
    }

    @Test
    void aSequenceAloneIsNoNewsAndASilentAgentDiesAndIsTrimmed() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers();
                var pod = Executors.newSingleThreadScheduledExecutor()) {
            AtomicLong sequence = new AtomicLong();
            var beating = pod.scheduleWithFixedDelay(
                    () -> beat(redis, sequence.incrementAndGet(), 7), 0, 100, TimeUnit.MILLISECONDS);
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            await().until(() -> acknowledged(keepers) == 7);
            int news = keepers.told.size();
            long heard = sequence.get();
            await().until(() -> sequence.get() > heard + 10);
            assertThat(keepers.told).hasSize(news);
            assertThat(keepers.awaitReached(BACKEND).agents().get(AGENT).alive())
                    .isTrue();

            beating.cancel(false);

            eventually(() -> assertThat(
                            keepers.awaitReached(BACKEND).agents().get(AGENT).alive())
                    .isFalse());
            assertThat(keepers.told).hasSizeGreaterThan(news);
            eventually(() -> assertThat(keepers.awaitReached(BACKEND).agents()).isEmpty());
            assertThat(redis.cli("HLEN", KEY)).isEqualTo("0");
        }
    }

    @Test
    void aRedisRestartedEmptyDoesNotMakeAgentsLookDead() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers(KeeperOptions.defaults())) {
            beat(redis, 1, 7);
            keepers.keepers.keep(BACKEND, target(redis));
            await().until(() -> acknowledged(keepers) == 7);

            redis.restart();

            eventually(() -> assertThat(keepers.keepers.state(BACKEND))
                    .isInstanceOfSatisfying(
                            RedisState.Reached.class,
                            reached -> assertThat(reached.info().runId()).isNotEmpty()));
            keepers.awaitReached(BACKEND);
            assertThat(keepers.awaitReached(BACKEND).agents().get(AGENT))
                    .isNotNull()
                    .returns(true, AgentObservation::alive);
        }
    }
}
