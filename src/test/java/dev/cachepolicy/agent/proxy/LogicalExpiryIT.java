package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are kept for longer than their time, and the application does not see it. */
class LogicalExpiryIT {

    private static final Duration TTL = Duration.ofSeconds(1_000);
    private static final Duration STALE_FOR = Duration.ofSeconds(500);

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        client = pods.client(pods.podThatServesStale(TTL, STALE_FOR, LONG));
    }

    /** In seconds; what has passed since is less than one or two. */
    private static void assertLives(long seconds) {
        assertThat(pods.direct.pttl(KEY)).as("in Redis").isBetween(seconds * 1_000 - 30_000, seconds * 1_000);
    }

    private long told(String verb) throws IOException {
        return Long.parseLong(client.call(verb, KEY).substring(1));
    }

    private void assertTold(long seconds) throws IOException {
        long now = Long.parseLong(pods.direct.time().getFirst());
        assertThat(told("TTL")).isBetween(seconds - 30, seconds);
        assertThat(told("PTTL")).isBetween(seconds * 1_000 - 30_000, seconds * 1_000);
        assertThat(told("EXPIRETIME")).isBetween(now + seconds - 30, now + seconds + 30);
        assertThat(told("PEXPIRETIME")).isBetween((now + seconds - 30) * 1_000, (now + seconds + 30) * 1_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET %s v                   | 1000
            SET %s v EX 100            | 1000
            SET %s v KEEPTTL           | 1000
            SETEX %s 100 v             | 1000
            GETSET %s v                | 1000
            APPEND %s v                | 1000
            SETNX %s v                 | 1000
            MSET %s v                  | 1000
            PFADD %s v                 | 1000
            SETBIT %s 7 1              | 1000
            """)
    void aStringIsKeptForLongerThanTheApplicationIsTold(String command, long seconds) throws IOException {
        assertThat(client.call(command.formatted(KEY).split(" "))).doesNotStartWith("-");
        assertTold(seconds);
        assertLives(seconds + STALE_FOR.toSeconds());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EXPIRE %s 100              | 100
            EXPIRE %s 100 LT           | 100
            EXPIRE %s 100 GT           | 1000
            PEXPIRE %s 100000          | 100
            EXPIRE %s 100000           | 1000
            GETEX %s EX 100            | 100
            GETEX %s PERSIST           | 1000
            PERSIST %s                 | 1000
            """)
    void theApplicationSetsTheTimeThatItIsTold(String command, long seconds) throws IOException {
        client.call("SET", KEY, "v");
        assertThat(client.call(command.formatted(KEY).split(" "))).doesNotStartWith("-");
        assertTold(seconds);
        assertLives(seconds + STALE_FOR.toSeconds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPIREAT", "PEXPIREAT"})
    void soItDoesAsAPointInTime(String verb) throws IOException {
        client.call("SET", KEY, "v");
        long at = Long.parseLong(pods.direct.time().getFirst()) + 100;
        client.call(verb, KEY, verb.equals("EXPIREAT") ? Long.toString(at) : at + "000");
        assertTold(100);
        assertLives(100 + STALE_FOR.toSeconds());
        assertThat(told("EXPIRETIME")).isEqualTo(at);
    }

    /** It is removed, not kept for as long as it might have been stale. */
    @ParameterizedTest
    @ValueSource(
            strings = {"EXPIREAT %s 1", "PEXPIREAT %s 1000", "GETEX %s EXAT 1", "GETEX %s PXAT 1000", "EXPIRE %s -1"})
    void aTimeThatIsOverRemovesIt(String command) throws IOException {
        client.call("SET", KEY, "v");
        assertThat(client.call(command.formatted(KEY).split(" "))).isIn(":1", "$1\r\nv");
        assertThat(pods.direct.exists(KEY)).isZero();
    }

    @Test
    void otherTypesAreKeptForTheirTime() throws IOException {
        client.call("HSET", KEY, "f", "v");
        assertTold(1_000);
        assertLives(1_000);
        client.call("EXPIRE", KEY, "100");
        assertTold(100);
        assertLives(100);
    }

    @Test
    void inATransactionToo() throws IOException {
        client.call("MULTI");
        client.call("SET", KEY, "v");
        client.call("TTL", KEY);
        client.call("EXPIRE", KEY, "100");
        client.call("TTL", KEY);
        assertThat(client.call("EXEC")).isEqualTo("*4\r\n+OK\r\n:1000\r\n:1\r\n:100");
        assertLives(100 + STALE_FOR.toSeconds());
    }

    @Test
    void aValueWhoseTimeIsOverHasNoneLeft() throws IOException {
        client.call("SET", KEY, "v");
        pods.direct.expire(KEY, 100);
        assertThat(client.call("TTL", KEY)).isEqualTo(":0");
        assertThat(client.call("PTTL", KEY)).isEqualTo(":0");
        assertThat(told("EXPIRETIME")).isLessThan(System.currentTimeMillis() / 1_000);
    }

    @Test
    void whatHasNoExpiryAndWhatIsNotThereIsSaidAsRedisSaysIt() throws IOException {
        assertThat(client.call("TTL", KEY)).isEqualTo(":-2");
        assertThat(client.call("PEXPIRETIME", KEY)).isEqualTo(":-2");
        pods.direct.set(KEY, "v");
        assertThat(client.call("TTL", KEY)).isEqualTo(":-1");
        assertThat(client.call("EXPIRE", KEY, "0")).isEqualTo(":1");
        assertThat(client.call("TTL", KEY)).isEqualTo(":-2");
    }

    @Test
    void errorsAreRediss() throws IOException {
        client.call("SET", KEY, "v");
        for (String command : new String[] {"EXPIRE %s abc", "EXPIRE %s 10 NX GT", "TTL %s x", "EXPIRE %s 10 BOGUS"}) {
            String[] words = command.formatted(KEY).split(" ");
            try (RawClient direct = new RawClient(pods.redis.port())) {
                assertThat(client.call(words)).startsWith("-ERR").isEqualTo(direct.call(words));
            }
        }
    }
}
