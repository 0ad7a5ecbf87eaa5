package dev.cachepolicy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.RedisProcess;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisAdminIT {

    private static RedisProcess redis;
    private static RedisConnections connections;

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        connections = new RedisConnections(Duration.ofSeconds(1));
    }

    @AfterAll
    static void stop() {
        connections.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.cli("FLUSHALL");
    }

    private static RedisAdmin connect() throws RedisAdminException {
        return connections.connect(new Destination(redis.endpoint(), null, null), () -> {});
    }

    @Test
    void onlyTheHolderOfAKeyRenewsAndReleasesIt() throws Exception {
        try (RedisAdmin admin = connect()) {
            assertThat(admin.claim("k", "mine", Duration.ofSeconds(5))).isTrue();
            assertThat(admin.claim("k", "theirs", Duration.ofSeconds(5))).isFalse();
            assertThat(admin.renew("k", "theirs", Duration.ofHours(1))).isFalse();
            assertThat(admin.renew("k", "mine", Duration.ofMinutes(1))).isTrue();
            assertThat(Long.parseLong(redis.cli("PTTL", "k"))).isBetween(50_000L, 60_000L);
            assertThat(admin.release("k", "theirs")).isFalse();
            assertThat(admin.get("k")).isEqualTo("mine");
            assertThat(admin.release("k", "mine")).isTrue();
            assertThat(admin.get("k")).isNull();
        }
    }

    @Test
    void missingRulesAreAskedWithoutExecutingAnything() throws Exception {
        redis.cli("ACL", "SETUSER", "limited", "reset", "on", ">pw", "~other:*", "+set", "+subscribe");
        try (RedisAdmin admin = connect()) {
            assertThat(admin.missingRules(
                            "limited",
                            List.of(
                                    List.of("CONFIG", "SET", "maxmemory", "1"),
                                    List.of("SET", "cachepolicy:owner", "v", "NX", "PX", "1"),
                                    List.of("SET", "other:key", "v"),
                                    List.of("SUBSCRIBE", "cachepolicy:agents:u"),
                                    List.of("NOSUCHCOMMAND", "x"))))
                    .containsExactly("+config|set", "~cachepolicy:*", "&cachepolicy:*");
            assertThat(redis.cli("DBSIZE")).isEqualTo("0");
            assertThatThrownBy(() -> admin.missingRules("nobody", List.of(List.of("INFO"))))
                    .isInstanceOfSatisfying(
                            RedisAdminException.class,
                            refused -> assertThat(refused.failure())
                                    .isEqualTo(new RedisFailure.UnknownUser("User 'nobody' not found")));
        }
    }

    @Test
    void aParameterThatRedisRefusesIsNamedInItsWords() throws Exception {
        try (RedisAdmin admin = connect()) {
            assertThatThrownBy(() -> admin.configSet("maxmemory-policy", "most-beautiful-first"))
                    .hasMessageContaining("maxmemory-policy");
            assertThat(admin.configGet("no-such-parameter")).isNull();
        }
    }

    @Test
    void nothingButWhatIsAskedIsSent() throws Exception {
        redis.cli("CONFIG", "RESETSTAT");
        try (RedisAdmin admin = connect()) {
            admin.get("k");
            assertThat(redis.cli("INFO", "commandstats").lines().filter(line -> line.startsWith("cmdstat_")))
                    .extracting(line -> line.substring("cmdstat_".length(), line.indexOf(':')))
                    .containsExactlyInAnyOrder("get", "config|resetstat");
        }
    }

    @Test
    void aLostConnectionIsToldOfAtOnceAndLeavesNothingBehind() throws Exception {
        WeakReference<CountDownLatch> held = connectAndLose();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return held.get() == null;
        });
    }

    /** {@return what can be collected only when Lettuce has let the connection go} */
    private static WeakReference<CountDownLatch> connectAndLose() throws Exception {
        CountDownLatch lost = new CountDownLatch(1);
        try (RedisAdmin admin = connections.connect(new Destination(redis.endpoint(), null, null), lost::countDown)) {
            admin.get("k");
            redis.cli("CLIENT", "KILL", "TYPE", "normal");
            assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> admin.get("k")).isInstanceOf(RedisAdminException.class);
        }
        return new WeakReference<>(lost);
    }

    @Test
    void credentialsArePrintedWithoutThePassword() {
        assertThat(new RedisCredentials("op", "very-secret")).hasToString("RedisCredentials[op]");
    }
}
