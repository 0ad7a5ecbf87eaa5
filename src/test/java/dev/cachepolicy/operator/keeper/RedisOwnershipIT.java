package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.MB;
import static dev.cachepolicy.operator.keeper.Keepers.QUICK;
import static dev.cachepolicy.operator.keeper.Keepers.awaitPolls;
import static dev.cachepolicy.operator.keeper.Keepers.backend;
import static dev.cachepolicy.operator.keeper.Keepers.config;
import static dev.cachepolicy.operator.keeper.Keepers.configSets;
import static dev.cachepolicy.operator.keeper.Keepers.eventually;
import static dev.cachepolicy.operator.keeper.Keepers.settings;
import static dev.cachepolicy.operator.keeper.Keepers.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.testing.RedisProcess;
import org.junit.jupiter.api.Test;

/** One owner for each Redis. */
class RedisOwnershipIT {

    private static final BackendId FIRST = backend("first");
    private static final BackendId SECOND = backend("second");
    private static final String OWNER = "cachepolicy:owner";

    @Test
    void aSecondBackendObservesAndNamesTheHolder() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(FIRST, target(redis));
            keepers.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
            long sets = configSets(redis);

            keepers.keepers.keep(SECOND, target(redis, settings(32 * MB, EvictionPolicy.ALLKEYS_LRU)));

            SettingsOutcome.Claimed claimed = keepers.awaitOutcome(SECOND, SettingsOutcome.Claimed.class);
            assertThat(claimed.holder()).isEqualTo("CacheBackend shop/first");
            assertThat(claimed.differences())
                    .containsExactly(
                            "maxmemory is 67108864, wanted 33554432",
                            "maxmemory-policy is allkeys-lfu, wanted allkeys-lru");
            awaitPolls(redis, 4);
            assertThat(configSets(redis)).isEqualTo(sets);
        }
    }

    @Test
    void aHolderOfAnotherClusterIsNamedWithIt() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers here = new Keepers("cluster-1", QUICK);
                Keepers there = new Keepers("cluster-2", QUICK)) {
            here.keepers.keep(FIRST, target(redis));
            here.awaitOutcome(FIRST, SettingsOutcome.Applied.class);

            there.keepers.keep(FIRST, target(redis));

            assertThat(there.awaitOutcome(FIRST, SettingsOutcome.Claimed.class).holder())
                    .isEqualTo("CacheBackend shop/first of the cluster whose kube-system has uid cluster-1");
        }
    }

    @Test
    void theClaimIsRenewedWhileTheHolderLivesAndTakenOverWhenItExpires() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers waiting = new Keepers()) {
            try (Keepers holding = new Keepers()) {
                holding.keepers.keep(FIRST, target(redis));
                holding.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
                waiting.keepers.keep(SECOND, target(redis, settings(32 * MB, EvictionPolicy.ALLKEYS_LRU)));
                waiting.awaitOutcome(SECOND, SettingsOutcome.Claimed.class);
                // Renewed: less than a poll and some of the lifetime of 2 s is ever gone.
                for (int poll = 0; poll < 5; poll++) {
                    awaitPolls(redis, 4);
                    assertThat(Long.parseLong(redis.cli("PTTL", OWNER))).isGreaterThan(1000);
                }
            }
            assertThat(redis.cli("EXISTS", OWNER)).as("another replica goes on").isEqualTo("1");

            waiting.awaitOutcome(SECOND, SettingsOutcome.Applied.class);
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(32 * MB));
        }
    }

    @Test
    void releaseGivesUpOurOwnClaimAndNoOthers() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(FIRST, target(redis));
            keepers.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
            keepers.keepers.keep(SECOND, target(redis));
            keepers.awaitOutcome(SECOND, SettingsOutcome.Claimed.class);

            keepers.keepers.release(SECOND);
            awaitPolls(redis, 2);
            assertThat(redis.cli("GET", OWNER)).contains("uid-of-first");

            keepers.keepers.release(FIRST);
            eventually(() -> assertThat(redis.cli("EXISTS", OWNER)).isEqualTo("0"));
            eventually(() -> assertThat(keepers.metric("cachepolicy_backend_up", "first"))
                    .isNull());
            assertThat(keepers.keepers.state(FIRST)).isEqualTo(new RedisState.Connecting());
            assertThat(config(redis, "maxmemory")).as("settings stay").isEqualTo(String.valueOf(64 * MB));
        }
    }

    @Test
    void aRestartedOperatorKnowsItsClaimAndTheOriginalSettings() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb")) {
            try (Keepers killed = new Keepers()) {
                killed.keepers.keep(FIRST, target(redis));
                killed.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
            }
            try (Keepers again = new Keepers()) {
                // The status was never written: the target knows of no original settings.
                again.keepers.keep(FIRST, target(redis));
                again.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
                assertThat(again.awaitReached(FIRST).original()).isEqualTo(new ActualSettings(7 * MB, "noeviction"));
            }
        }
    }

    @Test
    void aBackendCreatedAgainTakesOverFromItsNamesake() {
        try (RedisProcess redis = RedisProcess.start()) {
            try (Keepers killed = new Keepers()) {
                killed.keepers.keep(new BackendId("shop", "first", "deleted-uid"), target(redis));
                killed.awaitOutcome(new BackendId("shop", "first", "deleted-uid"), SettingsOutcome.Applied.class);
            }
            try (Keepers again = new Keepers(KeeperOptions.defaults())) {
                again.keepers.keep(FIRST, target(redis));
                again.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
                assertThat(redis.cli("GET", OWNER)).contains("uid-of-first");
            }
        }
    }

    @Test
    void aRedisTooFullForTheClaimGetsItsRoomFirst() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("SETRANGE", "big", String.valueOf(8 * MB), "x");
            redis.cli("CONFIG", "SET", "maxmemory", "2mb");
            assertThat(redis.cli("SET", "a", "b")).startsWith("OOM");

            keepers.keepers.keep(FIRST, target(redis, settings(64 * MB, EvictionPolicy.NOEVICTION)));

            keepers.awaitOutcome(FIRST, SettingsOutcome.Applied.class);
            eventually(() -> assertThat(redis.cli("GET", OWNER)).contains("uid-of-first"));
        }
    }

    @Test
    void anOwnerOfAnotherFormIsRespected() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("SET", OWNER, "something newer");
            keepers.keepers.keep(FIRST, target(redis));

            assertThat(keepers.awaitOutcome(FIRST, SettingsOutcome.Claimed.class)
                            .holder())
                    .isEqualTo("an owner that this version does not know (see cachepolicy:owner)");
            assertThat(configSets(redis)).isZero();
        }
    }
}
