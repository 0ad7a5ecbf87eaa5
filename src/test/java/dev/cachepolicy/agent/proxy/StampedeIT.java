package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hot key expires, and everybody wants it at once. */
class StampedeIT {

    private static final int PODS = 10;
    private static final int READERS = 1_000;
    private static final int EXPIRIES = Integer.getInteger("stampede.expiries", 25);
    private static final Duration LOAD = Duration.ofMillis(100);

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    /** An application with a pool: each reader has a connection of its own. */
    @Test
    void ofAThousandReadersInTenPodsOneLoads() throws Exception {
        List<TestProxy> agents = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            agents.add(pods.pod());
        }
        List<Integer> loads = new ArrayList<>();
        AtomicInteger loaded = new AtomicInteger();
        CyclicBarrier expired = new CyclicBarrier(READERS + 1);
        CyclicBarrier read = new CyclicBarrier(READERS + 1);
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                RawClient client = pods.client(agents.get(reader % PODS));
                all.add(readers.submit(() -> {
                    for (int i = 0; i < EXPIRIES; i++) {
                        expired.await(1, TimeUnit.MINUTES);
                        readThrough(client, "v" + i, loaded);
                        read.await(1, TimeUnit.MINUTES);
                    }
                    return null;
                }));
            }
            for (int i = 0; i < EXPIRIES; i++) {
                pods.direct.pexpire(KEY, 1);
                await().until(() -> pods.direct.exists(KEY) == 0);
                expired.await(1, TimeUnit.MINUTES);
                read.await(1, TimeUnit.MINUTES);
                loads.add(loaded.getAndSet(0));
            }
            for (Future<?> reader : all) {
                reader.get();
            }
        }
        System.out.println("StampedeIT: loads for each of " + EXPIRIES + " expiries: " + loads);
        assertThat(loads).hasSize(EXPIRIES).containsOnly(1);
    }

    private static void readThrough(RawClient client, String value, AtomicInteger loaded) throws Exception {
        String reply = client.call("GET", KEY);
        if (reply.equals(NIL)) {
            loaded.incrementAndGet();
            Thread.sleep(LOAD);
            reply = "$" + value.length() + "\r\n" + value;
            assertThat(client.call("SET", KEY, value)).isEqualTo("+OK");
        }
        assertThat(reply).endsWith(value);
    }

    /** A row that does not exist has no value that would end a wait. */
    @Test
    void readersOfAKeyThatHasNoRowDoNotWaitOnceThatIsKnown() throws Exception {
        Duration lockTimeout = Duration.ofMillis(300);
        TestProxy pod = pods.pod(lockTimeout, LONG, LONG);
        RawClient first = pods.client(pod);
        assertThat(first.call("GET", KEY)).isEqualTo(NIL);
        RawClient second = pods.client(pod);
        assertThat(second.call("GET", KEY))
                .as("has waited for the first's lease to end")
                .isEqualTo(NIL);
        for (int i = 0; i < 10; i++) {
            assertThat(pods.client(pod).call("GET", KEY)).isEqualTo(NIL);
        }
        assertThat(pod.count("cachepolicy_lease_wait_duration_seconds"))
                .as("only the second")
                .isEqualTo(1);
        assertThat(pod.count("cachepolicy_unleased_loads", "not_waiting")).isEqualTo(10);
    }

    /** Its lease ends, its nonce stays. */
    @Test
    void aValueThatTookLongerThanTheLeaseIsStored() throws Exception {
        TestProxy pod = pods.pod(Duration.ofMillis(100), LONG, LONG);
        RawClient slow = pods.client(pod);
        assertThat(slow.call("GET", KEY)).isEqualTo(NIL);
        RawClient next = pods.client(pods.pod(Duration.ofMillis(100), LONG, LONG));
        assertThat(next.call("GET", KEY)).as("loads when the lease has ended").isEqualTo(NIL);
        assertThat(slow.call("SET", KEY, "v")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("v");
    }
}
