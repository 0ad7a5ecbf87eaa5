package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads and invalidations while Redis does not answer, under a policy that fails open. */
class FencedOutageIT {

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    @Test
    void whileRedisIsDownAReadIsAMissAndWhatItLoadsIsNotStored() throws Exception {
        RawClient app = pods.client(pods.pod());
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        app.call("SET", KEY, "v");
        pods.redis.kill();
        await().until(() -> app.call("GET", KEY).equals(NIL));
        pods.redis.restart();
        await().until(() -> app.call("PING").equals("+PONG"));
        assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
    }

    /** With room for one key more is owed than is remembered: all keys of the policy are, and all their fences. */
    @ParameterizedTest
    @ValueSource(ints = {100, 1})
    void aDelThatWasAnsweredInRedissPlaceEndsTheLoadsOfOthers(int remembered) throws Exception {
        String longKey = "lease:" + "x".repeat(300);
        RawClient slow = pods.client(pods.pod());
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);
        assertThat(slow.call("GET", longKey)).isEqualTo(NIL);
        RawClient app = pods.client(pods.podThatRemembers(remembered));
        pods.redis.freeze();
        assertThat(app.call("GET", "lease:2")).as("Redis is found to hang").isEqualTo(NIL);
        assertThat(app.call("DEL", KEY, longKey)).as("FailOpen").isEqualTo(":0");
        pods.redis.thaw();
        await().until(() -> pods.direct.exists(FENCE) == 0);
        await().until(() -> pods.direct.keys("cachepolicy:lease*").isEmpty());

        await().until(() -> slow.call("PING").equals("+PONG"));
        assertThat(slow.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(slow.call("SET", longKey, "old")).isEqualTo("+OK");
        assertThat(pods.direct.exists(KEY, longKey)).isZero();
    }

    /** Who waits is not left waiting. */
    @Test
    void readersThatWaitGetNilWhenRedisIsGone() throws Exception {
        TestProxy pod = pods.pod();
        assertThat(pods.client(pod).call("GET", KEY)).isEqualTo(NIL);
        RawClient waiting = pods.client(pod).send("GET", KEY);
        await().until(() -> pods.waiting() == 1);
        pods.redis.kill();
        assertThat(waiting.reply()).isEqualTo(NIL);
        pods.redis.restart();
    }

    /** A dead Redis must not become a dead source. */
    @Test
    void whileRedisIsDownOneReaderOfAPodLoadsForTheOthers() throws Exception {
        TestProxy pod = pods.pod();
        List<RawClient> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            readers.add(pods.client(pod));
            readers.getLast().call("PING");
        }
        pods.redis.kill();
        RawClient loader = pods.client(pod);
        await().until(() -> loader.call("GET", "lease:2").equals(NIL));
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        for (RawClient reader : readers) {
            reader.send("GET", KEY);
        }
        await().until(() -> pod.count("cachepolicy_stampede_waiting") == 20);
        assertThat(loader.call("SET", KEY, "v")).isEqualTo("+OK");
        for (RawClient reader : readers) {
            assertThat(reader.reply()).isEqualTo("$1\r\nv");
        }
        assertThat(pod.count("cachepolicy_requests", "coalesced")).isEqualTo(20);
        assertThat(loader.call("GET", KEY)).as("nothing is cached").isEqualTo(NIL);
        pods.redis.restart();
        await().until(() -> loader.call("PING").equals("+PONG"));
        assertThat(pods.direct.exists(KEY)).isZero();
    }

    @Test
    void anInvalidationWhileRedisIsDownEndsTheLoad() throws Exception {
        TestProxy pod = pods.pod();
        RawClient loader = pods.client(pod);
        RawClient reader = pods.client(pod);
        RawClient writer = pods.client(pod);
        pods.redis.kill();
        await().until(() -> loader.call("GET", "lease:2").equals(NIL));
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        reader.send("GET", KEY);
        await().until(() -> pod.count("cachepolicy_stampede_waiting") == 1);
        assertThat(writer.call("DEL", KEY)).isEqualTo(":0");
        assertThat(reader.reply()).as("it loads").isEqualTo(NIL);
        assertThat(loader.call("SET", KEY, "old")).isEqualTo("+OK");
        pods.redis.restart();
    }

    @Test
    void aLoadWhileRedisIsDownIsNotWaitedForLongerThanThePolicySays() throws Exception {
        TestProxy pod = pods.pod(Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofMillis(20));
        RawClient loader = pods.client(pod);
        RawClient reader = pods.client(pod);
        pods.redis.kill();
        await().until(() -> loader.call("GET", "lease:2").equals(NIL));
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(reader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(pod.count("cachepolicy_unleased_loads", "max_wait")).isEqualTo(1);
        reader.send("GET", KEY).send("GET", "other");
        assertThat(reader.reply()).isEqualTo(NIL);
        assertThat(reader.reply()).startsWith("-CACHEPOLICY");
        assertThat(pod.count("cachepolicy_unleased_loads", "max_block")).isEqualTo(1);
        pods.redis.restart();
    }

    /** Its value was read before the invalidation. */
    @Test
    void aLateSetOfAnOlderLoadIsNotGivenToThoseWhoWait() throws Exception {
        TestProxy pod = pods.pod(Duration.ofSeconds(30), Duration.ofMillis(500), Duration.ofSeconds(30));
        RawClient late = pods.client(pod);
        RawClient loader = pods.client(pod);
        RawClient reader = pods.client(pod);
        assertThat(late.call("GET", KEY)).isEqualTo(NIL);
        pods.redis.kill();
        await().until(() -> loader.call("GET", "lease:2").equals(NIL));
        assertThat(loader.call("DEL", KEY)).isEqualTo(":0");
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        reader.send("GET", KEY);
        await().until(() -> pod.count("cachepolicy_stampede_waiting") == 1);
        assertThat(late.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(reader.reply()).as("nobody knows which load the value is of").isEqualTo(NIL);
        pods.redis.restart();
    }
}
