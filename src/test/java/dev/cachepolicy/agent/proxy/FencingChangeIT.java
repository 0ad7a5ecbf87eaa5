package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.policy.PolicyTable;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an agent does not know of loads, because it began, or began to fence, after them. */
class FencingChangeIT {

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    /** The nil was given without a fence; then somebody who has one invalidates. */
    @Test
    void aLoadThatBeganBeforeItsKeyWasFencedIsNotStored() throws Exception {
        TestProxy pod = pods.pod();
        RawClient app = pods.client(pod);
        pod.listener.apply(TestProxy.config(PolicyTable.empty(), pods.redis.endpoint()));
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        assertThat(pods.direct.exists(FENCE)).isZero();
        pod.listener.apply(TestProxy.config(Policies.fenced(LONG, LONG, LONG), pods.redis.endpoint()));
        pods.client(pods.pod()).call("DEL", KEY);
        assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void aChangeThatFencesTheSameKeysForgetsNothing() throws Exception {
        TestProxy pod = pods.pod();
        RawClient app = pods.client(pod);
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        pod.listener.apply(TestProxy.config(Policies.fenced(LONG, LONG, Duration.ZERO), pods.redis.endpoint()));
        assertThat(app.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("v");
    }

    @Test
    void afterMoreChangesThanAreRememberedNothingIsStored() throws Exception {
        TestProxy pod = pods.pod();
        RawClient app = pods.client(pod);
        for (int i = 0; i < 16; i++) {
            pod.listener.apply(TestProxy.config(Policies.fenced(LONG, LONG, LONG), pods.redis.endpoint()));
        }
        assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void afterARestartNothingIsStored() throws Exception {
        RawClient app = pods.client(pods.restartedPod());
        assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
        assertThat(app.call("GET", KEY)).isEqualTo(NIL);
        assertThat(app.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    /** They would wait for what comes to nothing, in all pods. */
    @Test
    void whileAPolicyIsNewNobodyWaitsAndNobodyTakesALease() throws Exception {
        TestProxy pod = pods.pod();
        pod.listener.apply(TestProxy.config(PolicyTable.empty(), pods.redis.endpoint()));
        pod.listener.apply(TestProxy.config(Policies.fenced(LONG, LONG, LONG), pods.redis.endpoint()));
        RawClient loader = pods.client(pod);
        RawClient other = pods.client(pod);
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("MGET", KEY)).isEqualTo("*1\r\n$-1");
        assertThat(pods.direct.exists(FENCE)).isZero();
        assertThat(loader.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
        assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(3);
        assertThat(pod.count("cachepolicy_void_fills", "unknown")).isEqualTo(1);
    }

    @Test
    void whileNothingIsStoredAValueIsNotGivenUpForANewerOne() throws Exception {
        TestProxy pod = pods.restartedPodThatServesStale(Duration.ofMinutes(1), Duration.ofMinutes(2));
        RawClient reader = pods.client(pod);
        pods.direct.psetex(KEY, Duration.ofMinutes(1).toMillis(), "old");
        for (int i = 0; i < 5; i++) {
            assertThat(reader.call("GET", KEY)).isEqualTo("$3\r\nold");
            assertThat(reader.call("MGET", KEY)).isEqualTo("*1\r\n$3\r\nold");
        }
        assertThat(pods.direct.exists(FENCE)).isZero();
    }
}
