package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.MB;
import static dev.cachepolicy.operator.keeper.Keepers.awaitPolls;
import static dev.cachepolicy.operator.keeper.Keepers.backend;
import static dev.cachepolicy.operator.keeper.Keepers.config;
import static dev.cachepolicy.operator.keeper.Keepers.observing;
import static dev.cachepolicy.operator.keeper.Keepers.settings;
import static dev.cachepolicy.operator.keeper.Keepers.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.testing.CutProxy;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The original settings come back when a backend is deleted. */
class RestoreIT {

    private static final BackendId BACKEND = backend("shop-redis");

    @Test
    void theSettingsOfTheFirstContactComeBackAndTheRedisIsGivenUp() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb", "--maxmemory-policy", "volatile-ttl");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            ActualSettings original = keepers.awaitReached(BACKEND).original();

            keepers.keepers.restore(BACKEND, target(redis), original);

            assertThat(keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance))
                    .isEqualTo(new RedisState.Restored(
                            "maxmemory is " + 7 * MB + " and maxmemory-policy is volatile-ttl again"));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(7 * MB));
            assertThat(config(redis, "maxmemory-policy")).isEqualTo("volatile-ttl");
            assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("0");
        }
    }

    @Test
    void aRedisThatIsDownIsRestoredWhenItReturns() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            redis.freeze();

            keepers.keepers.restore(BACKEND, target(redis), new ActualSettings(0, "noeviction"));

            RedisState.Restoring failing = (RedisState.Restoring) keepers.awaitState(
                    BACKEND, state -> state instanceof RedisState.Restoring restoring && restoring.message() != null);
            assertThat(failing.message()).endsWith("in time");
            RedisState.Restoring still = (RedisState.Restoring) keepers.keepers.state(BACKEND);
            assertThat(still.since()).isEqualTo(failing.since());

            redis.thaw();
            keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance);
            assertThat(config(redis, "maxmemory")).isEqualTo("0");
        }
    }

    @Test
    void aRestoreOrderedOfAFreshProcessWorksToo() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "64mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.restore(BACKEND, target(redis), new ActualSettings(0, "noeviction"));
            keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance);
            assertThat(config(redis, "maxmemory")).isEqualTo("0");
        }
    }

    @Test
    void whoHadLookedBeforeTheDeletionDoesNotHaveItKeptAgain() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            keepers.keepers.restore(BACKEND, target(redis), new ActualSettings(0, "noeviction"));

            keepers.keepers.keep(BACKEND, target(redis));

            keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance);
            keepers.keepers.keep(BACKEND, target(redis));
            staysRestored(redis);

            keepers.keepers.release(BACKEND);
            keepers.keepers.keep(BACKEND, target(redis), () -> false);
            staysRestored(redis);

            BackendId next = new BackendId(BACKEND.namespace(), BACKEND.name(), "of the next of this name");
            keepers.keepers.keep(next, target(redis), () -> true);
            keepers.awaitOutcome(next, SettingsOutcome.Applied.class);
            assertThat(config(redis, "maxmemory")).isNotEqualTo("0");
        }
    }

    /** Longer than a keeper takes to act on an order. */
    private static void staysRestored(RedisProcess redis) {
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(10))
                .until(() -> config(redis, "maxmemory").equals("0"));
    }

    @Test
    void aRedisOfAnotherOwnerIsLeftAlone() {
        BackendId holder = backend("holder");
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(holder, target(redis));
            keepers.awaitOutcome(holder, SettingsOutcome.Applied.class);

            keepers.keepers.restore(BACKEND, target(redis), new ActualSettings(0, "noeviction"));

            assertThat(keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance))
                    .isEqualTo(new RedisState.Restored(
                            "nothing was changed: this Redis is managed by CacheBackend shop/holder"));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB));
        }
    }

    @Test
    void whatOnlyObservedHasNothingToRestore() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "64mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.restore(BACKEND, observing(target(redis)), new ActualSettings(0, "noeviction"));
            keepers.awaitState(BACKEND, RedisState.Restored.class::isInstance);
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB));
        }
    }

    @Test
    void aReleaseRestoresFirstWhereTheTargetSaysSo() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, restoredOnRelease(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            keepers.keepers.release(BACKEND);

            Keepers.eventually(() -> assertThat(keepers.told("restored"))
                    .containsExactly("restored shop/shop-redis maxmemory is " + 7 * MB
                            + " and maxmemory-policy is noeviction again"));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(7 * MB));
            assertThat(redis.cli("EXISTS", "cachepolicy:owner")).isEqualTo("0");
            assertThat(keepers.metric("cachepolicy_backend_up", BACKEND.name())).isNull();
        }
    }

    @Test
    void aReleaseRestoresARedisThatReturnsInTime() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb");
                Keepers keepers = new Keepers(Keepers.WITHOUT_POLLS)) {
            keepers.keepers.keep(BACKEND, restoredOnRelease(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            redis.kill();
            keepers.awaitUnreachable(BACKEND, RedisState.Reason.ConnectionFailed);

            keepers.keepers.release(BACKEND);
            redis.restart();

            Keepers.eventually(() -> assertThat(keepers.told("restored")).hasSize(1));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(7 * MB));
        }
    }

    @Test
    void aReleaseGivesUpOnARedisThatStaysAwayAndSaysSo() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, restoredOnRelease(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            redis.kill();

            keepers.keepers.release(BACKEND);

            Keepers.eventually(() -> assertThat(keepers.told("abandoned"))
                    .containsExactly("abandoned shop/shop-redis " + new ActualSettings(7 * MB, "noeviction")));
            assertThat(keepers.metric("cachepolicy_backend_up", BACKEND.name()))
                    .as("an alert about a backend that is gone")
                    .isNull();
        }
    }

    /** Else it would take the settings of the one before for those that Redis had by itself. */
    @Test
    void theNextOfItsNameBeginsWhenTheSettingsAreBack() {
        BackendId next = new BackendId(BACKEND.namespace(), BACKEND.name(), "of the next of this name");
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, restoredOnRelease(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            redis.freeze();
            keepers.keepers.release(BACKEND);
            keepers.keepers.keep(next, target(redis));
            redis.thaw();

            assertThat(keepers.awaitReached(next).original()).isEqualTo(new ActualSettings(7 * MB, "noeviction"));
            assertThat(keepers.told("restored")).hasSize(1);
        }
    }

    /** Another operator keeps the next, for example, whose namespace was given to it meanwhile. */
    @Test
    void aRedisThatTheNextOfItsNameHasByNowKeepsItsSettings() throws IOException {
        BackendId next = new BackendId(BACKEND.namespace(), BACKEND.name(), "of the next of this name");
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "7mb");
                CutProxy way = CutProxy.to(redis.port());
                Keepers keepers = new Keepers(farewell(Keepers.WITHIN));
                Keepers others = new Keepers()) {
            RedisSettings settings = settings(64 * MB, EvictionPolicy.ALLKEYS_LFU);
            keepers.keepers.keep(BACKEND, restoredOnRelease(target("127.0.0.1:" + way.port(), null, settings)));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            way.cut();
            keepers.keepers.release(BACKEND);
            others.keepers.keep(next, target(redis, settings(32 * MB, EvictionPolicy.ALLKEYS_LRU)));
            others.awaitOutcome(next, SettingsOutcome.Applied.class);

            way.mend();

            Keepers.eventually(() -> assertThat(keepers.told("restored"))
                    .containsExactly("restored shop/shop-redis nothing was changed: this Redis is managed by the"
                            + " CacheBackend that was created anew"));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(32 * MB));
            awaitPolls(redis, 2);
            assertThat(others.told("corrected")).isEmpty();
        }
    }

    private static KeeperOptions farewell(Duration farewell) {
        KeeperOptions quick = Keepers.QUICK;
        return new KeeperOptions(
                quick.poll(),
                quick.heartbeatPoll(),
                quick.liveness(),
                quick.trim(),
                quick.backoffFirst(),
                quick.backoffCap(),
                quick.refusedCap(),
                quick.claim(),
                quick.corrections(),
                quick.contention(),
                farewell,
                quick.timeout());
    }

    private static RedisTarget restoredOnRelease(RedisProcess redis) {
        return restoredOnRelease(target(redis));
    }

    private static RedisTarget restoredOnRelease(RedisTarget target) {
        return Keepers.restoredOnRelease(target, new ActualSettings(7 * MB, "noeviction"));
    }
}
