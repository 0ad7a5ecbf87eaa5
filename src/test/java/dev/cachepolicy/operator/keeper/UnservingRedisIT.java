package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.MB;
import static dev.cachepolicy.operator.keeper.Keepers.awaitPolls;
import static dev.cachepolicy.operator.keeper.Keepers.backend;
import static dev.cachepolicy.operator.keeper.Keepers.config;
import static dev.cachepolicy.operator.keeper.Keepers.eventually;
import static dev.cachepolicy.operator.keeper.Keepers.settings;
import static dev.cachepolicy.operator.keeper.Keepers.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.redis.RedisCredentials;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said of a Redis that does not serve, or not all, and what it costs the others. */
class UnservingRedisIT {

    private static final BackendId BACKEND = backend("shop-redis");
    private static final RedisSettings WANTED = settings(64 * MB, EvictionPolicy.ALLKEYS_LFU);

    @Test
    void withoutTheConfigCommandThePersonIsToldWhatToSet() {
        try (RedisProcess redis = RedisProcess.start("--rename-command", "CONFIG", "hidden");
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));

            SettingsOutcome.ConfigCommandUnavailable unavailable =
                    keepers.awaitOutcome(BACKEND, SettingsOutcome.ConfigCommandUnavailable.class);
            assertThat(unavailable.parameters())
                    .isEqualTo(Map.of("maxmemory", String.valueOf(64 * MB), "maxmemory-policy", "allkeys-lfu"));
            assertThat(keepers.awaitReached(BACKEND).settings()).isEqualTo(new ActualSettings(0, "noeviction"));
            assertThat(keepers.awaitReached(BACKEND).preflight()).isNull();

            redis.cli("hidden", "SET", "maxmemory", "64mb");
            redis.cli("hidden", "SET", "maxmemory-policy", "allkeys-lfu");

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
        }
    }

    @Test
    void aWrongPasswordIsNamedAndACorrectedOneFollowed() {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right-secret");
                Keepers keepers = new Keepers(KeeperOptions.defaults())) {
            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials(null, "wrong-secret"), WANTED));

            RedisState.Unreachable refused = keepers.awaitUnreachable(BACKEND, RedisState.Reason.WrongPassword);
            assertThat(refused.message()).isEqualTo("Redis refuses the user name or password");
            assertThat(refused.toString()).doesNotContain("secret");

            keepers.keepers.keep(BACKEND, target(redis.endpoint(), null, WANTED));
            eventually(() -> assertThat(keepers.awaitUnreachable(BACKEND, RedisState.Reason.WrongPassword)
                            .message())
                    .isEqualTo("Redis asks for a password and none was given"));

            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials(null, "right-secret"), WANTED));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
        }
    }

    @Test
    void aRotatedPasswordIsFollowed() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("ACL", "SETUSER", "operator", "on", ">first", "+@all", "~*", "&*");
            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials("operator", "first"), WANTED));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.cli("ACL", "SETUSER", "operator", "resetpass", ">second");
            redis.cli("CLIENT", "KILL", "USER", "operator");
            keepers.awaitUnreachable(BACKEND, RedisState.Reason.WrongPassword);

            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials("operator", "second"), WANTED));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
        }
    }

    @Test
    void aUserWithoutTheRightToSetIsToldTheMissingRule() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("ACL", "SETUSER", "operator", "on", ">pw", "~cachepolicy:*", "&cachepolicy:*");
            redis.cli("ACL", "SETUSER", "operator", "+@all", "-config|set");
            redis.cli("ACL", "SETUSER", "app", "on", ">pw", "~user:*", "resetchannels", "+@all", "-getex", "-evalsha");
            RedisTarget target = new RedisTarget(
                    redis.endpoint(),
                    new RedisCredentials("operator", "pw"),
                    null,
                    "app",
                    true,
                    WANTED,
                    true,
                    null,
                    false);
            keepers.keepers.keep(BACKEND, target);

            assertThat(keepers.awaitOutcome(BACKEND, SettingsOutcome.NotPermitted.class)
                            .missing())
                    .isEqualTo("+config|set");
            assertThat(keepers.awaitReached(BACKEND).preflight())
                    .isEqualTo("the operator's user 'operator' lacks +config|set; "
                            + "the agents' user 'app' lacks ~cachepolicy:* &cachepolicy:* +getex +evalsha");

            redis.cli("ACL", "SETUSER", "operator", "+config|set");
            redis.cli("ACL", "SETUSER", "app", "+getex", "+evalsha", "~cachepolicy:*", "&cachepolicy:*");

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            eventually(
                    () -> assertThat(keepers.awaitReached(BACKEND).preflight()).isNull());
        }
    }

    @Test
    void theLeastRightsThatTheDocumentationNamesSuffice() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            String[] rules = {
                "ACL", "SETUSER", "operator", "reset", "on", ">pw", "~cachepolicy:*", "&cachepolicy:*",
                "+info", "+config|get", "+config|set", "+get", "+set", "+del", "+pexpire", "+eval",
                "+hgetall", "+hdel", "+subscribe", "+acl|dryrun"
            };
            assertThat(redis.cli(rules)).isEqualTo("OK");
            redis.cli("ACL", "LOG", "RESET");
            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials("operator", "pw"), WANTED));

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            awaitPolls(redis, 2);
            assertThat(keepers.awaitReached(BACKEND).preflight()).isNull();
            assertThat(redis.cli("ACL", "LOG")).as("nothing else was tried").isEmpty();
        }
    }

    @Test
    void aUserWhoMayNotAskIsStillServed() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("ACL", "SETUSER", "operator", "on", ">pw", "~*", "+@all", "-acl", "-subscribe", "-hgetall");
            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials("operator", "pw"), WANTED));

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(keepers.awaitReached(BACKEND).preflight()).isNull();
            assertThat(keepers.awaitReached(BACKEND).agents()).isEmpty();
        }
    }

    @Test
    void aUserWithoutInfoIsUnreachableAndToldWhy() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            redis.cli("ACL", "SETUSER", "operator", "on", ">pw", "~*", "&*", "+@all", "-info");
            keepers.keepers.keep(BACKEND, target(redis.endpoint(), new RedisCredentials("operator", "pw"), WANTED));

            assertThat(keepers.awaitUnreachable(BACKEND, RedisState.Reason.NotPermitted)
                            .message())
                    .isEqualTo("the user may not INFO: its ACL lacks +info");
        }
    }

    @Test
    void anEndpointThatNoSchemaWouldLetPassEndsNoKeeper() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target("no port", null, WANTED));
            keepers.awaitUnreachable(BACKEND, RedisState.Reason.Other);

            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
        }
    }

    @Test
    void nothingListensIsNamed() {
        String endpoint = "127.0.0.1:" + Ports.free();
        try (Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(endpoint, null, WANTED));
            assertThat(keepers.awaitUnreachable(BACKEND, RedisState.Reason.ConnectionFailed)
                            .message())
                    .isEqualTo("nothing listens there (connection refused)");
        }
    }

    @Test
    void aNameThatDoesNotResolveIsNamed() {
        try (Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target("no-such-redis.invalid:6379", null, WANTED));
            RedisState.Unreachable away =
                    (RedisState.Unreachable) keepers.awaitState(BACKEND, RedisState.Unreachable.class::isInstance);
            // Without any name server the answer is the silence of one.
            assertThat(away.message())
                    .isIn("the host name does not resolve", "no answer to the attempt to connect in time");
        }
    }

    @Test
    void aRedisThatStopsAnsweringTimesOutAndIsKeptAgainOnceItAnswers() {
        try (RedisProcess redis = RedisProcess.start();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(redis));
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);

            redis.freeze();
            RedisState.Unreachable away = keepers.awaitUnreachable(BACKEND, RedisState.Reason.Timeout);
            assertThat(away.last()).isNotNull();
            assertThat(keepers.metric("cachepolicy_backend_up", "shop-redis")).isZero();

            redis.thaw();
            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
        }
    }

    @Test
    void anEndpointThatAcceptsAndNeverRepliesIsTriedAgainWithABackoff() {
        try (SpeechlessServer silent = SpeechlessServer.holding();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(silent.endpoint(), null, WANTED));
            keepers.awaitUnreachable(BACKEND, RedisState.Reason.Timeout);
            int soon = silent.connections();

            long milliseconds = waited(Duration.ofSeconds(2));

            // A timeout takes 500 ms and the backoff between the attempts 150 to 300 ms.
            assertThat(silent.connections() - soon).isBetween(1, (int) (milliseconds / 650 + 2));
        }
    }

    @Test
    void oneEndpointThatClosesEveryConnectionIsNotHammered() {
        try (SpeechlessServer closing = SpeechlessServer.closing();
                Keepers keepers = new Keepers()) {
            keepers.keepers.keep(BACKEND, target(closing.endpoint(), null, WANTED));
            keepers.awaitUnreachable(BACKEND, RedisState.Reason.ConnectionFailed);
            int soon = closing.connections();

            long milliseconds = waited(Duration.ofSeconds(2));

            // The cap is 100 ms here, its lower half the soonest.
            assertThat(closing.connections() - soon).isBetween(5, (int) (milliseconds / 50 + 5));
        }
    }

    /** Waits. {@return the milliseconds that it really took, on a machine that may be loaded} */
    private static long waited(Duration delay) {
        long start = System.nanoTime();
        await().pollDelay(delay).atMost(delay.plusSeconds(30)).until(() -> true);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void whatFailsForAnOrderThatWasReplacedIsNotSaidOfTheNext() {
        List<RedisState> seen = new CopyOnWriteArrayList<>();
        KeeperOptions patient = new KeeperOptions(
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofMillis(20),
                Duration.ofMillis(300),
                Duration.ofMillis(100),
                Duration.ofMinutes(20),
                3,
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofMinutes(1));
        try (RedisProcess redis = RedisProcess.start();
                SpeechlessServer silent = SpeechlessServer.holding();
                Keepers keepers = new Keepers(patient, seen::add)) {
            keepers.keepers.keep(BACKEND, target(silent.endpoint(), null, WANTED));
            eventually(() -> assertThat(silent.connections()).isPositive());

            keepers.keepers.keep(BACKEND, target(redis));
            silent.close();

            keepers.awaitOutcome(BACKEND, SettingsOutcome.Applied.class);
            assertThat(seen).isNotEmpty().allMatch(RedisState.Reached.class::isInstance);
        }
    }

    @Test
    void backendsThatNeverAnswerDelayNoOther() {
        int mute = 30; // Two seconds each: one after the other they would take a minute.
        int answering = 40;
        try (RedisProcess redis = RedisProcess.start();
                RedisProcess frozen = RedisProcess.start();
                SpeechlessServer silent = SpeechlessServer.holding();
                Keepers keepers = new Keepers(KeeperOptions.defaults())) {
            frozen.freeze();
            IntStream.range(0, mute)
                    .forEach(n -> keepers.keepers.keep(
                            backend("mute-" + n),
                            target(n % 2 == 0 ? silent.endpoint() : frozen.endpoint(), null, WANTED)));
            // One Redis stands for forty: the first of the backends owns it, the rest observe.
            IntStream.range(0, answering).forEach(n -> keepers.keepers.keep(backend("shop-" + n), target(redis)));

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> IntStream.range(0, answering)
                            .allMatch(n -> keepers.keepers.state(backend("shop-" + n)) instanceof RedisState.Reached));
            assertThat(config(redis, "maxmemory")).isEqualTo(String.valueOf(64 * MB));
            eventually(() -> assertThat(
                            IntStream.range(0, mute).mapToObj(n -> keepers.keepers.state(backend("mute-" + n))))
                    .allMatch(state -> state instanceof RedisState.Unreachable away
                            && away.reason() == RedisState.Reason.Timeout));
            frozen.thaw();
        }
    }
}
