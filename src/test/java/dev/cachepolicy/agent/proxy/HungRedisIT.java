package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Slow commands have a long time, and nobody inherits it. Every wait is limited by the client's socket, to ten seconds;
 * who waited as for a slow command would take an hour.
 */
class HungRedisIT {

    private static final Duration RESPONSE = Duration.ofMillis(300);

    /** Keeps Redis busy for as many milliseconds. */
    private static final String BUSY = """
            local function now() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
            local from = now()
            while now() - from < tonumber(ARGV[1]) do end
            return 'done'
            """;

    @Test
    void aReadAfterALongScriptHasATimeOfItsOwn() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofHours(1));
                RawClient client = proxy.client()) {
            assertThat(client.call("EVAL", BUSY, "0", "1500")).isEqualTo("$4\r\ndone");
            redis.freeze();
            assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL over:k", "SORT_RO over:k"})
    void aReadAfterALotOfTrafficHasATimeOfItsOwn(String command) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofHours(1));
                RawClient client = proxy.client()) {
            String[] words = command.split(" ", -1);
            long end = System.nanoTime() + 10 * RESPONSE.toNanos();
            while (System.nanoTime() < end) {
                client.call(words);
                client.call("GET", "over:k");
            }
            redis.freeze();
            assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
        }
    }

    @Test
    void aDeletedKeyIsNoSlowCommand() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofHours(1));
                RawClient client = proxy.client()) {
            client.call("PING");
            redis.freeze();
            assertThat(client.send("DEL", "over:k").send("GET", "over:k").reply())
                    .isEqualTo(":0");
            assertThat(client.reply()).isEqualTo("$-1");
        }
    }

    @Test
    void whoWaitsForASlowCommandHearsOfAHangThatAnotherNoticed() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofMillis(500));
                RawClient slow = proxy.client();
                RawClient other = proxy.client()) {
            assertThat(slow.call("PING")).isEqualTo(other.call("PING"));
            redis.freeze();
            slow.send("EVAL", BUSY, "0", "0");
            assertThat(other.call("GET", "over:k")).isEqualTo("$-1");
            assertThat(slow.reply()).startsWith("-CACHEPOLICY");
        }
    }

    @Test
    void whatIsDueBehindASlowCommandBringsAHangToLight() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofMillis(500));
                RawClient client = proxy.client()) {
            client.call("PING");
            redis.freeze();
            client.send("EVAL", BUSY, "0", "0").send("GET", "over:k");
            assertThat(client.reply()).startsWith("-CACHEPOLICY");
            assertThat(client.reply()).isEqualTo("$-1");
        }
    }

    @Test
    void aLongScriptIsAnsweredAlthoughOthersFindRedisHungMeanwhile() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = proxy(redis, Duration.ofHours(1));
                RawClient slow = proxy.client();
                RawClient other = proxy.client()) {
            other.call("PING");
            slow.send("EVAL", BUSY, "0", "3000");
            await().until(() -> other.call("GET", "closed:k").startsWith("-CACHEPOLICY"));
            assertThat(slow.reply()).isEqualTo("$4\r\ndone");
        }
    }

    private static TestProxy proxy(RedisProcess redis, Duration busy) throws IOException {
        return new TestProxy(
                TestProxy.config(Policies.EACH, redis.endpoint()),
                defaults -> new ProxyOptions(
                        defaults.eventLoops(),
                        defaults.connectTimeout(),
                        RESPONSE,
                        Duration.ofHours(1),
                        busy,
                        defaults.maxRequestBytes(),
                        defaults.maxInvalidations(),
                        defaults.maxInvalidationBytes(),
                        defaults.maxPendingLoadBytes(),
                        defaults.restarted(),
                        defaults.policyMetrics(),
                        defaults.random()));
    }
}
