package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads and invalidations while Redis does not answer, under a policy that fails open. */
class FencedOutageIT {

    private static FencedPods pods;

    @BeforeAll
    static void start() {
        pods = new FencedPods();
    }

    @AfterAll
    static void stop() {
        pods.close();
    }

    @AfterEach
    void reset() throws Exception {
        pods.reset();
    }

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
}
