package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.MB;
import static dev.cachepolicy.operator.keeper.Keepers.awaitPolls;
import static dev.cachepolicy.operator.keeper.Keepers.backend;
import static dev.cachepolicy.operator.keeper.Keepers.config;
import static dev.cachepolicy.operator.keeper.Keepers.configSets;
import static dev.cachepolicy.operator.keeper.Keepers.eventually;
import static dev.cachepolicy.operator.keeper.Keepers.observing;
import static dev.cachepolicy.operator.keeper.Keepers.settings;
import static dev.cachepolicy.operator.keeper.Keepers.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.testing.RedisProcess;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** What becomes of a Redis that answers, by a real one. */
class KeptSettingsIT {

    private static final BackendId BACKEND = backend("shop-redis");

    @Test
    void wantedSettingsAreAppliedProvedAndReported() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            RedisState.Reached reached = keepers.awaitReached(BACKEND);
            assertThat(reached.settings()).isEqualTo(new ActualSettings(64 * MB, "allkeys-lfu"));
            assertThat(reached.original()).isEqualTo(new ActualSettings(0, "noeviction"));
            assertThat(reached.preflight()).isNull();
            assertThat(reached.info().product()).isEqualTo("Redis");
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB));
            assertThat(config(redis, "maxmemory-policy")).isEqualTo("allkeys-lfu");
            assertThat(config(redis, "appendonly")).isEqualTo("no");
            assertThat(keepers.metric("cachepolicy_backend_up", "shop-redis")).isEqualTo(1);
            assertThat(keepers.metric("cachepolicy_backend_maxmemory_bytes", "shop-redis"))
                    .isEqualTo(64.0 * MB);
            assertThat(keepers.metric("cachepolicy_backend_used_memory_bytes", "shop-redis"))
                    .isGreaterThan(100_000);
            assertThat(keepers.registry.getSampleValue(
                            "cachepolicy_backend_info",
                            new String[] {"namespace", "backend", "product", "version", "eviction_policy"},
                            new String[] {
                                "shop", "shop-redis", "Redis", reached.info().version(), "allkeys-lfu"
                            }))
                    .isEqualTo(1);
            assertThat(keepers.metric("cachepolicy_backend_settings_contended", "shop-redis"))
                    .isZero();
            assertThat(keepers.told("corrected")).isEmpty();
        }
    }

    @Test
    void keysAndEvictionsAreCounted() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers();
                Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            keepers.keepers.keep(BACKEND, target(redis, settings(3 * MB, EvictionPolicy.ALLKEYS_LRU)));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(keepers.metric("cachepolicy_backend_evicted_keys_total", "shop-redis"))
                    .isZero();

            try (Pipeline pipeline = jedis.pipelined()) {
                for (int i = 0; i < 20_000; i++) {
                    pipeline.set("key:" + i, "x".repeat(200));
                }
            }

            eventually(() -> {
                assertThat(keepers.metric("cachepolicy_backend_keys", "shop-redis"))
                        .isEqualTo((double) jedis.dbSize());
                assertThat(keepers.metric("cachepolicy_backend_evicted_keys_total", "shop-redis"))
                        .isEqualTo(evictedKeys(jedis))
                        .isPositive();
            });
        }
    }

    private static double evictedKeys(Jedis jedis) {
        return jedis.info("stats")
                .lines()
                .filter(line -> line.startsWith("evicted_keys:"))
                .mapToDouble(line -> Double.parseDouble(line.substring("evicted_keys:".length())))
                .sum();
    }

    @Test
    void ofARedisThatIsGoneOnlyThatIsShown() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.kill();

            eventually(() -> assertThat(keepers.metric("cachepolicy_backend_up", "shop-redis"))
                    .isZero());
            assertThat(keepers.metric("cachepolicy_backend_used_memory_bytes", "shop-redis"))
                    .isNull();
            assertThat(keepers.metric("cachepolicy_backend_evicted_keys_total", "shop-redis"))
                    .isNull();
            keepers.keepers.release(BACKEND);
            eventually(() -> assertThat(keepers.metric("cachepolicy_backend_up", "shop-redis"))
                    .isNull());
        }
    }

    @Test
    void aChangedTargetIsActedOnWithoutWaitingForThePoll() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers(Keepers.WITHOUT_POLLS)) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            keepers.keepers.keep(BACKEND, target(redis, settings(128 * MB, EvictionPolicy.VOLATILE_TTL)));

            eventually(() -> assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(128 * MB)));
            eventually(() -> assertThat(keepers.awaitReached(BACKEND).settings())
                    .isEqualTo(new ActualSettings(128 * MB, "volatile-ttl")));
            assertThat(keepers.told("corrected"))
                    .as("a changed spec is no drift")
                    .isEmpty();
        }
    }

    @Test
    void driftIsCorrectedCountedAndTold() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.cli("CONFIG", "SET", "maxmemory", "1mb");

            eventually(() -> assertThat(keepers.told("corrected"))
                    .containsExactly("corrected shop/shop-redis maxmemory " + MB + " " + 64 * MB));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB));
            assertThat(keepers.registry.getSampleValue(
                            "cachepolicy_backend_drift_corrections_total",
                            new String[] {"namespace", "backend", "parameter"},
                            new String[] {"shop", "shop-redis", "maxmemory"}))
                    .isEqualTo(1);
        }
    }

    @Test
    void theSameAmountWrittenByPeopleIsNoDrift() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.cli("CONFIG", "SET", "maxmemory", "64mb");
            long sets = configSets(redis);

            awaitPolls(redis, 3);
            assertThat(configSets(redis)).isEqualTo(sets);
            assertThat(keepers.told("corrected")).isEmpty();
        }
    }

    @Test
    void aProgramThatKeepsSettingAParameterIsNotFoughtForEver() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers();
                var rival = Executors.newSingleThreadScheduledExecutor()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            var fight = rival.scheduleWithFixedDelay(
                    () -> redis.cli("CONFIG", "SET", "maxmemory", "1mb"), 0, 20, TimeUnit.MILLISECONDS);
            SettingsOutcome.Contended contended = keepers.awaitOutcome(BACKEND, SettingsOutcome.Contended.class);
            assertThat(contended).isEqualTo(new SettingsOutcome.Contended("maxmemory", null));
            assertThat(keepers.told("corrected")).hasSize(3);
            assertThat(keepers.told("contended")).containsExactly("contended shop/shop-redis maxmemory");
            assertThat(keepers.metric("cachepolicy_backend_settings_contended", "shop-redis"))
                    .isEqualTo(1);

            fight.cancel(false);
            rival.shutdown();
            await().until(rival::isTerminated);
            long sets = configSets(redis);
            awaitPolls(redis, 5);
            assertThat(configSets(redis)).as("given up for good").isEqualTo(sets);
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(MB));

            keepers.keepers.keep(BACKEND, target(redis, settings(32 * MB, EvictionPolicy.ALLKEYS_LFU)));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(32 * MB));
            assertThat(keepers.metric("cachepolicy_backend_settings_contended", "shop-redis"))
                    .isZero();
        }
    }

    @Test
    void aRedisKilledAndRestartedEmptyHasItsSettingsWithinFiveSeconds() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers(KeeperOptions.defaults())) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.kill();
            RedisState.Unreachable away = keepers.awaitUnreachable(BACKEND, RedisState.Reason.ConnectionFailed);
            assertThat(away.last()).as("the facts of the last contact").isNotNull();
            assertThat(keepers.metric("cachepolicy_backend_up", "shop-redis")).isZero();
            // Long enough for the backoff to have reached its cap.
            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            redis.restart();

            eventually(() -> assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB)));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(keepers.told("corrected")).as("a restart is no drift").isEmpty();
            assertThat(keepers.awaitReached(BACKEND).original()).isEqualTo(new ActualSettings(0, "noeviction"));
        }
    }

    @Test
    void observeReportsDifferencesAndWritesNothing() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, observing(target(redis)));

            SettingsOutcome.Observed observed = keepers.awaitOutcome(BACKEND, SettingsOutcome.Observed.class);
            assertThat(observed.differences())
                    .containsExactly(
                            "maxmemory is 0, wanted 67108864", "maxmemory-policy is noeviction, wanted allkeys-lfu");
            awaitPolls(redis, 3);
            assertThat(configSets(redis)).isZero();
            assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("0");
        }
    }

    @Test
    void aBackendThatComesUnderObserveGivesItsRedisUp() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("1");

            keepers.keepers.keep(BACKEND, observing(target(redis)));

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Observed.class);
            assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("0");
        }
    }

    @Test
    void absentSettingsAreLeftAlone() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "77mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis, settings(null, null)));

            keepers.awaitOutcome(BACKEND, SettingsOutcome.NothingWanted.class);
            awaitPolls(redis, 2);
            assertThat(configSets(redis)).isZero();
            assertThat(keepers.awaitReached(BACKEND).settings()).isEqualTo(new ActualSettings(77 * MB, "noeviction"));
        }
    }

    @Test
    void maxmemoryIsNotLoweredUnderWhatIsInUseWhenNothingMayBeEvicted() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("DEBUG", "POPULATE", "20000", "key", "500");
            redis.cli("SETRANGE", "big", String.valueOf(16 * MB), "x");
            keepers.keepers.keep(BACKEND, target(redis, settings(8 * MB, EvictionPolicy.NOEVICTION)));

            SettingsOutcome.MemoryInUse kept = keepers.awaitOutcome(BACKEND, SettingsOutcome.MemoryInUse.class);
            assertThat(kept.wanted()).isEqualTo(8 * MB);
            assertThat(kept.kept()).isZero();
            assertThat(kept.used()).isGreaterThan(16 * MB);
            assertThat(config(redis, "maxmemory")).isEqualTo("0");

            redis.cli("FLUSHALL");

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(8 * MB));
        }
    }

    @Test
    void anIdleRedisGetsNoConfigSetAndTheListenerNoNews() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            long sets = configSets(redis);
            int news = keepers.told.size();

            awaitPolls(redis, 10);

            assertThat(sets).isEqualTo(2);
            assertThat(configSets(redis)).isEqualTo(sets);
            assertThat(keepers.told).hasSize(news);
        }
    }
}
