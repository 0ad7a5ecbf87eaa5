package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lease and fence on the way of a command, with a real Redis. */
class FencingIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String NIL = "$-1";
    private static final String KEY = "lease:1";
    private static final String FENCE = "cachepolicy:lease:lease:1";

    private static RedisProcess redis;
    private static RedisClient lettuce;
    private static RedisCommands<String, String> direct;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start();
        lettuce = RedisClient.create("redis://" + redis.endpoint());
        direct = lettuce.connect().sync();
    }

    @AfterAll
    static void stopRedis() {
        lettuce.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        direct.flushall();
        direct.scriptFlush();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable some : opened.reversed()) {
            some.close();
        }
    }

    private TestProxy pod(Duration lockTimeout, Duration maxWait, Duration maxBlock) throws IOException {
        return pod(redis.endpoint(), lockTimeout, maxWait, maxBlock);
    }

    private TestProxy pod(String endpoint, Duration lockTimeout, Duration maxWait, Duration maxBlock)
            throws IOException {
        TestProxy proxy = new TestProxy(TestProxy.config(Policies.fenced(lockTimeout, maxWait, maxBlock), endpoint));
        opened.add(proxy);
        return proxy;
    }

    private RawClient client(TestProxy proxy) throws IOException {
        RawClient client = proxy.client();
        opened.add(client);
        return client;
    }

    @Test
    void aNilBeginsALoadAndItsSetEndsIt() throws Exception {
        RawClient app = client(pod(LONG, LONG, LONG));

        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        assertThat(direct.get(FENCE)).hasSize(16);
        assertThat(direct.pttl(FENCE)).isBetween(1L, 4 * LONG.toMillis());

        assertThat(app.call("SET", KEY, "v", "EX", "5")).isEqualTo("+OK");
        assertThat(direct.get(KEY)).isEqualTo("v");
        assertThat(direct.pttl(KEY)).as("the policy's TTL").isBetween(5_001L, Policies.TTL);
        assertThat(direct.exists(FENCE)).isZero();
        assertThat(app.call("GET", KEY)).isEqualTo("$1\r\nv");
    }

    @Test
    void ofManyReadersInManyPodsOneLoads() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestProxy pod = pod(LONG, LONG, LONG);
            for (int j = 0; j < 10; j++) {
                readers.add(client(pod));
            }
        }
        RawClient loader = readers.removeFirst();
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        for (RawClient reader : readers) {
            reader.send("GET", KEY);
        }
        await().until(() -> direct.pubsubNumsub("cachepolicy:wake:" + KEY)
                        .values()
                        .iterator()
                        .next()
                == 4);

        assertThat(loader.call("SET", KEY, "v")).isEqualTo("+OK");
        for (RawClient reader : readers) {
            assertThat(reader.reply()).isEqualTo("$1\r\nv");
        }
        await().until(() -> direct.pubsubChannels().isEmpty());
    }

    /** The bug that makes a cache dangerous: the value was read before the source changed. */
    @Test
    void aLateSetAfterAnInvalidationIsNotStored() throws Exception {
        RawClient slow = client(pod(LONG, LONG, LONG));
        RawClient other = client(pod(LONG, LONG, LONG));
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("DEL", KEY)).isEqualTo(":0");

        assertThat(slow.call("SET", KEY, "old"))
                .as("the application is not bothered")
                .isEqualTo("+OK");
        assertThat(direct.get(KEY)).isNull();
        assertThat(other.call("GET", KEY)).isEqualTo(NIL);
    }

    @Test
    void aLateSetIsNotStoredEitherWhenAnotherHasLoadedSince() throws Exception {
        RawClient slow = client(pod(LONG, LONG, LONG));
        RawClient other = client(pod(LONG, LONG, LONG));
        slow.call("GET", KEY);
        other.call("DEL", KEY);
        assertThat(other.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("SET", KEY, "new")).isEqualTo("+OK");

        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(direct.get(KEY)).isNull();
    }

    @Test
    void whatThisPodDidNotMissIsAnUpdateAndStored() throws Exception {
        RawClient writer = client(pod(LONG, LONG, LONG));
        RawClient slow = client(pod(LONG, LONG, LONG));
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);

        assertThat(writer.call("SET", KEY, "new")).isEqualTo("+OK");
        assertThat(direct.get(KEY)).isEqualTo("new");
        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(direct.get(KEY)).as("which of the two is older is not known").isNull();
    }

    @Test
    void aReaderWaitsAsLongAsItsPolicySays() throws Exception {
        TestProxy pod = pod(LONG, Duration.ofMillis(200), LONG);
        assertThat(client(pod).call("GET", KEY)).isEqualTo(NIL);
        RawClient second = client(pod);
        long before = System.nanoTime();
        assertThat(second.call("GET", KEY)).isEqualTo(NIL);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(190));
        assertThat(second.call("SET", KEY, "v")).as("it is good all the same").isEqualTo("+OK");
        assertThat(direct.get(KEY)).isEqualTo("v");
    }

    @Test
    void aWriterWithoutAnAgentEndsAWaitToo() throws Exception {
        TestProxy pod = pod(LONG, LONG, LONG);
        client(pod).call("GET", KEY);
        RawClient second = client(pod).send("GET", KEY);
        await().until(() -> !direct.pubsubChannels().isEmpty());
        direct.set(KEY, "v");
        assertThat(second.reply()).isEqualTo("$1\r\nv");
    }

    @Test
    void aDeadLoadersLeaseEnds() throws Exception {
        TestProxy pod = pod(Duration.ofMillis(300), LONG, LONG);
        RawClient dies = client(pod);
        long before = System.nanoTime();
        dies.call("GET", KEY);
        dies.close();
        assertThat(client(pod).call("GET", KEY)).isEqualTo(NIL);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
    }

    /** Clients that multiplex would stall on other keys. */
    @Test
    void aReaderDoesNotHoldBackWhatItsConnectionAsksBesides() throws Exception {
        TestProxy pod = pod(LONG, LONG, Duration.ofMillis(50));
        client(pod).call("GET", KEY);
        direct.set("lease:2", "two");
        RawClient multiplexing =
                client(pod).send("GET", KEY).send("GET", "lease:2").send("SELECT", "1");
        assertThat(multiplexing.reply()).isEqualTo(NIL);
        assertThat(multiplexing.reply()).isEqualTo("$3\r\ntwo");
        assertThat(multiplexing.reply()).isEqualTo("+OK");
    }

    @Test
    void aCommandThatNeedsAnotherConnectionEndsAWaitToo() throws Exception {
        TestProxy pod = pod(LONG, LONG, Duration.ofMillis(50));
        client(pod).call("GET", KEY);
        RawClient multiplexing =
                client(pod).send("GET", KEY).send("MULTI").send("PING").send("EXEC");
        assertThat(multiplexing.reply()).isEqualTo(NIL);
        assertThat(multiplexing.reply()).isEqualTo("+OK");
        assertThat(multiplexing.reply()).isEqualTo("+QUEUED");
        assertThat(multiplexing.reply()).isEqualTo("*1\r\n+PONG");
    }

    @Test
    void theSetThatEndsAWaitMayComeOnTheSameConnection() throws Exception {
        TestProxy pod = pod(LONG, LONG, LONG);
        RawClient one = client(pod);
        assertThat(one.call("GET", KEY)).isEqualTo(NIL);
        one.send("GET", KEY);
        await().until(() -> !direct.pubsubChannels().isEmpty());
        one.send("SET", KEY, "v");
        assertThat(one.reply()).isEqualTo("$1\r\nv");
        assertThat(one.reply()).isEqualTo("+OK");
    }

    @Test
    void aScriptThatRedisHasLostCostsTheValueAndNothingElse() throws Exception {
        RawClient app = client(pod(LONG, LONG, LONG));
        app.call("GET", KEY);
        app.call("SET", KEY, "v");
        direct.del(KEY);
        direct.scriptFlush();
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        direct.scriptFlush();
        app.send("SET", KEY, "v").send("PING");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+PONG");
        assertThat(direct.exists(KEY, FENCE)).isZero();
    }

    @Test
    void resp3() throws Exception {
        TestProxy pod = pod(LONG, Duration.ofMillis(100), LONG);
        RawClient app = client(pod);
        assertThat(app.call("HELLO", "3")).startsWith("%");
        assertThat(app.call("GET", KEY)).isEqualTo("_");
        RawClient second = client(pod);
        second.call("HELLO", "3");
        assertThat(second.call("GET", KEY)).isEqualTo("_");
        assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(second.call("GET", KEY)).isEqualTo("$1\r\nv");
    }

    @Test
    void whileRedisIsDownAReadIsAMissAndWhatItLoadsIsNotStored() throws Exception {
        try (RedisProcess own = RedisProcess.start()) {
            TestProxy pod = pod(own.endpoint(), LONG, LONG, LONG);
            RawClient app = client(pod);
            assertThat(app.call("GET", KEY)).isEqualTo(NIL);
            app.call("SET", KEY, "v");
            own.kill();
            await().until(() -> app.call("GET", KEY).equals(NIL));
            own.restart();
            await().until(() -> app.call("PING").equals("+PONG"));
            assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
            assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        }
    }
}
