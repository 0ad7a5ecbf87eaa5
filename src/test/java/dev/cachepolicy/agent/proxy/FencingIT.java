package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lease and fence on the way of a command, with a real Redis. */
class FencingIT {

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    @Test
    void aNilBeginsALoadAndItsSetEndsIt() throws Exception {
        RawClient app = pods.client(pods.pod());

        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        assertThat(pods.direct.get(FENCE)).hasSize(16);
        assertThat(pods.direct.pttl(FENCE)).isBetween(1L, 4 * LONG.toMillis());

        assertThat(app.call("SET", KEY, "v", "EX", "5")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("v");
        assertThat(pods.direct.pttl(KEY)).as("the policy's TTL").isBetween(5_001L, Policies.TTL);
        assertThat(pods.direct.exists(FENCE)).isZero();
        assertThat(app.call("GET", KEY)).isEqualTo("$1\r\nv");
    }

    @Test
    void ofManyReadersInManyPodsOneLoads() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestProxy pod = pods.pod();
            for (int j = 0; j < 10; j++) {
                readers.add(pods.client(pod));
            }
        }
        RawClient loader = readers.removeFirst();
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        for (RawClient reader : readers) {
            reader.send("GET", KEY);
        }
        await().until(() -> pods.waiting() == 4);

        assertThat(loader.call("SET", KEY, "v")).isEqualTo("+OK");
        for (RawClient reader : readers) {
            assertThat(reader.reply()).isEqualTo("$1\r\nv");
        }
        await().until(() -> pods.waiting() == 0);
    }

    /** The bug that makes a cache dangerous: the value was read before the source changed. */
    @Test
    void aLateSetAfterAnInvalidationIsNotStored() throws Exception {
        RawClient slow = pods.client(pods.pod());
        RawClient other = pods.client(pods.pod());
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("DEL", KEY)).isEqualTo(":0");

        assertThat(slow.call("SET", KEY, "old"))
                .as("the application is not bothered")
                .isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
        assertThat(other.call("GET", KEY)).isEqualTo(NIL);
    }

    @Test
    void aLateSetIsNotStoredEitherWhenAnotherHasLoadedSince() throws Exception {
        RawClient slow = pods.client(pods.pod());
        RawClient other = pods.client(pods.pod());
        slow.call("GET", KEY);
        other.call("DEL", KEY);
        assertThat(other.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("SET", KEY, "new")).isEqualTo("+OK");

        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void whatThisPodDidNotMissIsAnUpdateAndStored() throws Exception {
        RawClient writer = pods.client(pods.pod());
        RawClient slow = pods.client(pods.pod());
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);

        assertThat(writer.call("SET", KEY, "new")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("new");
        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY))
                .as("which of the two is older is not known")
                .isNull();
    }

    @Test
    void aReaderWaitsAsLongAsItsPolicySays() throws Exception {
        TestProxy pod = pods.pod(LONG, Duration.ofMillis(200), LONG);
        assertThat(pods.client(pod).call("GET", KEY)).isEqualTo(NIL);
        RawClient second = pods.client(pod);
        long before = System.nanoTime();
        assertThat(second.call("GET", KEY)).isEqualTo(NIL);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(190));
        assertThat(second.call("SET", KEY, "v")).as("it is good all the same").isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("v");
    }

    @Test
    void aWriterWithoutAnAgentEndsAWaitToo() throws Exception {
        TestProxy pod = pods.pod();
        pods.client(pod).call("GET", KEY);
        RawClient second = pods.client(pod).send("GET", KEY);
        await().until(() -> pods.waiting() == 1);
        pods.direct.set(KEY, "v");
        assertThat(second.reply()).isEqualTo("$1\r\nv");
    }

    @Test
    void aDeadLoadersLeaseEnds() throws Exception {
        TestProxy pod = pods.pod(Duration.ofMillis(300), LONG, LONG);
        RawClient dies = pods.client(pod);
        long before = System.nanoTime();
        dies.call("GET", KEY);
        dies.close();
        assertThat(pods.client(pod).call("GET", KEY)).isEqualTo(NIL);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
    }

    @Test
    void ofThoseWhoWaitForADeadLoaderOneLoadsAndTheOthersWaitOn() throws Exception {
        TestProxy pod = pods.pod(Duration.ofSeconds(3), LONG, LONG);
        RawClient dies = pods.client(pod);
        dies.call("GET", KEY);
        dies.close();
        BlockingQueue<String> replies = new LinkedBlockingQueue<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5; i++) {
                RawClient reader = pods.client(pod);
                readers.submit(() -> replies.add(reader.call("GET", KEY)));
            }
            assertThat(replies.take()).isEqualTo(NIL);
            long before = scripts();
            await("others to look").until(() -> scripts() >= before + 2);
            assertThat(pods.client(pod).call("SET", KEY, "v")).isEqualTo("+OK");
        }
        assertThat(replies).containsExactly("$1\r\nv", "$1\r\nv", "$1\r\nv", "$1\r\nv");
        assertThat(pod.count("cachepolicy_unleased_loads", "not_waiting")).isZero();
    }

    private static long scripts() {
        return pods.redis
                .cli("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:calls="))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^=]*=([0-9]+),.*", "$1")))
                .sum();
    }

    /** Clients that multiplex would stall on other keys. */
    @Test
    void aReaderDoesNotHoldBackWhatItsConnectionAsksBesides() throws Exception {
        TestProxy pod = pods.pod(LONG, LONG, Duration.ofMillis(50));
        pods.client(pod).call("GET", KEY);
        pods.direct.set("lease:2", "two");
        RawClient multiplexing =
                pods.client(pod).send("GET", KEY).send("GET", "lease:2").send("SELECT", "1");
        assertThat(multiplexing.reply()).isEqualTo(NIL);
        assertThat(multiplexing.reply()).isEqualTo("$3\r\ntwo");
        assertThat(multiplexing.reply()).isEqualTo("+OK");
    }

    @Test
    void aCommandThatNeedsAnotherConnectionEndsAWaitToo() throws Exception {
        TestProxy pod = pods.pod(LONG, LONG, Duration.ofMillis(50));
        pods.client(pod).call("GET", KEY);
        RawClient multiplexing =
                pods.client(pod).send("GET", KEY).send("MULTI").send("PING").send("EXEC");
        assertThat(multiplexing.reply()).isEqualTo(NIL);
        assertThat(multiplexing.reply()).isEqualTo("+OK");
        assertThat(multiplexing.reply()).isEqualTo("+QUEUED");
        assertThat(multiplexing.reply()).isEqualTo("*1\r\n+PONG");
    }

    @Test
    void theSetThatEndsAWaitMayComeOnTheSameConnection() throws Exception {
        TestProxy pod = pods.pod();
        RawClient one = pods.client(pod);
        assertThat(one.call("GET", KEY)).isEqualTo(NIL);
        one.send("GET", KEY);
        await().until(() -> pods.waiting() == 1);
        one.send("SET", KEY, "v");
        assertThat(one.reply()).isEqualTo("$1\r\nv");
        assertThat(one.reply()).isEqualTo("+OK");
    }

    /** The reply before QUIT's is still to come, and so is the error's for what is no command. */
    @ParameterizedTest
    @CsvSource({"QUIT/, $-1/+OK/", "PING/QUIT/, $-1/+PONG/+OK/", "*x/, $-1/-ERR Protocol error"})
    void whoQuitsBehindAReadGetsItsReply(String behind, String replies) throws Exception {
        for (String read : List.of("GET " + KEY, "MGET " + KEY)) {
            pods.direct.unlink(KEY, FENCE);
            RawClient client = pods.client(pods.pod());
            client.raw(read + "\r\n" + behind.replace("/", "\r\n"));
            String expected = replies.replace("/", "\r\n");
            assertThat(client.untilClosed()).startsWith(read.startsWith("M") ? "*1\r\n" + expected : expected);
        }
    }

    @Test
    void whoQuitsBehindAFillThatRedisHasNoScriptForGetsItsReply() throws Exception {
        RawClient client = pods.client(pods.pod());
        client.call("GET", KEY);
        client.call("SET", KEY, "v");
        pods.direct.del(KEY);
        client.call("GET", KEY);
        pods.direct.scriptFlush();
        client.raw("SET " + KEY + " v\r\nQUIT\r\n");
        assertThat(client.untilClosed()).isEqualTo("+OK\r\n+OK\r\n");
    }

    @Test
    void aScriptThatRedisHasLostCostsTheValueAndNothingElse() throws Exception {
        RawClient app = pods.client(pods.pod());
        app.call("GET", KEY);
        app.call("SET", KEY, "v");
        pods.direct.del(KEY);
        pods.direct.scriptFlush();
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        pods.direct.scriptFlush();
        app.send("SET", KEY, "v").send("PING");
        assertThat(app.reply()).isEqualTo("+OK");
        assertThat(app.reply()).isEqualTo("+PONG");
        assertThat(pods.direct.exists(KEY, FENCE)).isZero();
    }

    @Test
    void resp3() throws Exception {
        TestProxy pod = pods.pod(LONG, Duration.ofMillis(100), LONG);
        RawClient app = pods.client(pod);
        assertThat(app.call("HELLO", "3")).startsWith("%");
        assertThat(app.call("GET", KEY)).isEqualTo("_");
        RawClient second = pods.client(pod);
        second.call("HELLO", "3");
        assertThat(second.call("GET", KEY)).isEqualTo("_");
        assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(second.call("GET", KEY)).isEqualTo("$1\r\nv");
    }

    @Test
    void whatComesOfItIsCounted() throws Exception {
        TestProxy pod = pods.pod(LONG, Duration.ofMillis(50), LONG);
        RawClient app = pods.client(pod);
        app.call("GET", KEY);
        pods.client(pod).call("GET", KEY);
        pods.direct.del(FENCE);
        app.call("SET", KEY, "old");
        assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(2);
        assertThat(pod.count("cachepolicy_unleased_loads", "max_wait")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_void_fills", "invalidated")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_load_duration_seconds")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_lease_wait_duration_seconds")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_stampede_waiting")).isZero();
    }

    @Test
    void aValueThatAnotherHasLoadedIsCountedAsCoalesced() throws Exception {
        TestProxy pod = pods.pod();
        RawClient app = pods.client(pod);
        app.call("GET", KEY);
        RawClient second = pods.client(pod).send("GET", KEY);
        await().until(() -> pod.count("cachepolicy_stampede_waiting") == 1);
        app.call("SET", KEY, "v");
        assertThat(second.reply()).isEqualTo("$1\r\nv");
        assertThat(pod.count("cachepolicy_requests", "coalesced")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_requests", "hit")).isZero();
        assertThat(pod.reads("lease").hits()).as("for the operator").isEqualTo(1);
        assertThat(pod.count("cachepolicy_stampede_waiting")).isZero();
    }
}
