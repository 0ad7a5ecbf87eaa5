package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redis killed, frozen, restarted: what applications get meanwhile, and that it is theirs. */
class FailureIT {

    /** Long, because the machine may be busy; what is promised of an idle one is 2 s. */
    private static final Duration RESUME = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET over:k                      | $-1                 | _
            GETEX over:k EX 5               | $-1                 | _
            MGET over:k ceil:k              | *2,$-1,$-1          | *2,_,_
            MGET over:k                     | *1,$-1              | *1,_
            HGET over:k f                   | $-1                 | _
            HMGET over:k f g                | *2,$-1,$-1          | *2,_,_
            HGETALL over:k                  | *0                  | %0
            SMEMBERS over:k                 | *0                  | ~0
            LRANGE over:k 0 -1              | *0                  | *0
            ZRANGE over:k 0 -1              | *0                  | *0
            EXISTS over:k                   | :0                  | :0
            SMISMEMBER over:k a b           | *2,:0,:0            | *2,:0,:0
            TTL over:k                      | :-2                 | :-2
            TYPE over:k                     | +none               | +none
            GETRANGE over:k 0 1             | $0,                 | $0,
            HSCAN over:k 0                  | *2,$1,0,*0          | *2,$1,0,*0
            SRANDMEMBER over:k              | $-1                 | _
            SRANDMEMBER over:k 2            | *0                  | *0
            """)
    void readsOfAPolicyThatFailsOpenAreAnsweredAsForAbsentKeys(String command, String resp2, String resp3)
            throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient two = proxy.client();
                RawClient three = proxy.client()) {
            assertThat(three.call("HELLO", "3")).startsWith("%");
            String[] words = command.split(" ", -1);
            assertThat(two.call(words)).isEqualTo(resp2.replace(",", "\r\n"));
            redis.kill();
            assertThat(two.call(words)).isEqualTo(resp2.replace(",", "\r\n"));
            assertThat(three.call(words)).isEqualTo(resp3.replace(",", "\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET over:k v NX",
                "SET over:k v XX",
                "SET over:k v GET",
                "SET over:k v EX 0",
                "SET over:k v EX",
                "SET over:k",
                "SETEX over:k 0 v",
                "SETNX over:k v",
                "MSET over:k v",
                "SET closed:k v",
                "SET dry:k v",
                "SET none:k v",
                "DEL closed:k",
                "DEL dry:k",
                "DEL none:k",
                "DEL over:k none:k",
                "UNLINK over:k closed:k",
                "DEL",
                "GETDEL over:k",
                "INCR over:k",
                "GET closed:k",
                "GET none:k",
                "GET dry:k",
                "MGET over:k closed:k",
                "MGET over:k none:k",
                "PING",
                "MULTI",
                "SUBSCRIBE a",
                "SELECT 1"
            })
    void everythingElseIsAnErrorAtOnce(String command) throws Exception {
        int nobody = Ports.free();
        try (TestProxy proxy = TestProxy.to("127.0.0.1:" + nobody);
                RawClient client = proxy.client()) {
            assertThat(client.call(command.split(" ", -1)))
                    .startsWith("-CACHEPOLICY backend 127.0.0.1:" + nobody + " does not answer: ");
            assertThat(client.call("QUIT")).isEqualTo("+OK");
        }
    }

    @Test
    void whileRedisIsKnownToBeDownNobodyWaits() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            assertThat(client.call("PING")).isEqualTo("+PONG");
            redis.freeze();
            assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
            await().atMost(RESUME).until(() -> isQuick(client, 200));
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
            }
            // Who waited for each would take the response timeout a thousand times: a quarter of an hour.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
            redis.thaw();
            await().atMost(RESUME).until(() -> client.call("PING").equals("+PONG"));
        }
    }

    private static boolean isQuick(RawClient client, int millis) throws IOException {
        long start = System.nanoTime();
        client.call("GET", "over:k");
        return System.nanoTime() - start < millis * 1_000_000L;
    }

    @Test
    void aPlainConnectionStaysOpenAndItsSessionIsToldAgain() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            client.call("HELLO", "3");
            client.call("CLIENT", "SETNAME", "me");
            client.call("SELECT", "2");
            redis.restart();
            await().atMost(RESUME).until(() -> !client.call("SET", "k", "v").startsWith("-"));
            assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("$2\r\nme");
            assertThat(client.call("GET", "missing")).isEqualTo("_");
            assertThat(redis.cli("-n", "2", "GET", "k")).isEqualTo("v");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MULTI", "WATCH k", "SUBSCRIBE c", "MONITOR", "CLIENT TRACKING on", "CLIENT REPLY OFF"})
    void aConnectionWithAStateOfItsOwnEndsWithItsUpstream(String command) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            client.call("HELLO", "3");
            client.send(command.split(" ", -1));
            await().until(() -> redis.cli("CLIENT", "LIST").lines().count() == 2
                    && !redis.cli("CLIENT", "LIST").contains("cmd=hello"));
            redis.kill();
            client.untilClosed();
        }
    }

    @Test
    void whatIsInFlightWhenRedisHangsGetsItsOwnAnswerAndIsNotSentAgain() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            client.call("SET", "none:n", "0");
            redis.freeze();
            client.send("GET", "over:k")
                    .send("INCR", "none:n")
                    .send("GET", "closed:k")
                    .send("GET", "ceil:k");
            assertThat(client.reply()).isEqualTo("$-1");
            assertThat(client.reply()).startsWith("-CACHEPOLICY");
            assertThat(client.reply()).startsWith("-CACHEPOLICY");
            assertThat(client.reply()).isEqualTo("$-1");
            redis.thaw();
            await().atMost(RESUME).until(() -> client.call("PING").equals("+PONG"));
            assertThat(client.call("GET", "none:n")).isEqualTo("$1\r\n1");
        }
    }

    @Test
    void aBlockingCommandMayTakeItsTime() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient blocked = proxy.client();
                RawClient other = proxy.client()) {
            assertThat(blocked.call("BLPOP", "none:l", "1.5")).isEqualTo("*-1");
            blocked.send("BLPOP", "none:l", "0");
            await().until(() -> redis.cli("INFO", "clients").contains("blocked_clients:1"));
            other.call("RPUSH", "none:l", "v");
            assertThat(blocked.reply()).isEqualTo("*2\r\n$6\r\nnone:l\r\n$1\r\nv");
        }
    }

    /** Every value contains its key, so a reply that went to the wrong command shows. */
    @Test
    void noReplyIsMisplacedWhileRedisIsKilledFrozenAndRestarted() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> workers = new ArrayList<>();
            for (int worker = 0; worker < 8; worker++) {
                int id = worker;
                workers.add(threads.submit(() -> {
                    load(proxy, id, stop, good, failed);
                    return null;
                }));
            }
            for (int round = 0; round < 3; round++) {
                awaitMore(good);
                redis.kill();
                awaitMore(failed);
                redis.restart();
                awaitMore(good);
                redis.freeze();
                awaitMore(failed);
                redis.thaw();
            }
            awaitMore(good);
            stop.set(true);
            for (Future<?> worker : workers) {
                worker.get();
            }
        }
        assertThat(failed).hasPositiveValue();
    }

    private static void awaitMore(AtomicInteger counter) {
        int before = counter.get();
        await().atMost(RESUME).until(() -> counter.get() > before + 200);
    }

    private static void load(TestProxy proxy, int worker, AtomicBoolean stop, AtomicInteger good, AtomicInteger failed)
            throws IOException {
        try (RawClient client = proxy.client()) {
            for (int round = 0; !stop.get(); round++) {
                int depth = 20;
                for (int i = 0; i < depth; i++) {
                    String key = (i % 2 == 0 ? "over:" : "none:") + worker + ":" + round + ":" + i;
                    client.send("SET", key, "<" + key + ">")
                            .send("INCR", "over:count")
                            .send("GET", key);
                }
                for (int i = 0; i < depth; i++) {
                    String key = (i % 2 == 0 ? "over:" : "none:") + worker + ":" + round + ":" + i;
                    assertThat(client.reply()).matches(reply -> reply.equals("+OK") || isFailure(reply));
                    assertThat(client.reply()).matches(reply -> reply.startsWith(":") || isFailure(reply));
                    String value = client.reply();
                    boolean mine = value.endsWith("<" + key + ">");
                    assertThat(mine || value.equals("$-1") || isFailure(value))
                            .as(key + " -> " + value)
                            .isTrue();
                    (mine ? good : failed).incrementAndGet();
                }
            }
        }
    }

    private static boolean isFailure(String reply) {
        return reply.startsWith("-CACHEPOLICY");
    }
}
