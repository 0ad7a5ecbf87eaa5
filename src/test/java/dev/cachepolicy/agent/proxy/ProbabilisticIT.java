package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hot key is loaded anew before it expires, by one reader, and the others do not notice. */
class ProbabilisticIT {

    private static final int TTLS = Integer.getInteger("probabilistic.ttls", 5);

    /** The few of a short run say less. */
    private static final double MOST_LOADS_PER_TTL = 1.1 + 2.0 / TTLS;

    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration LOAD = Duration.ofMillis(10);
    private static final int READERS = 20;

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    @Test
    void aReaderThatIsChosenLoadsAndTheOthersGoOnWithTheValue() throws Exception {
        TestProxy pod = pods.podThatLoadsEarly(Duration.ofMinutes(1), 100_000);
        RawClient chosen = pods.client(pod);
        assertThat(chosen.call("GET", KEY)).isEqualTo(NIL);
        Thread.sleep(20); // what a load takes is measured, and it must be something
        assertThat(chosen.call("SET", KEY, "v")).isEqualTo("+OK");
        pods.direct.pexpire(KEY, 5_000);
        assertThat(chosen.call("GET", KEY)).as("asks when it expires").isEqualTo("$1\r\nv");
        await().until(() -> chosen.call("GET", KEY).equals(NIL));

        assertThat(pods.direct.get(KEY)).as("it is there all the while").isEqualTo("v");
        assertThat(pods.direct.exists(FENCE)).isOne();
        RawClient other = pods.client(pod);
        assertThat(other.call("GET", KEY)).isEqualTo("$1\r\nv");
        assertThat(chosen.call("SET", KEY, "w")).isEqualTo("+OK");
        assertThat(other.call("GET", KEY)).isEqualTo("$1\r\nw");
        assertThat(pods.direct.pttl(KEY)).isGreaterThan(5_000);
        assertThat(pod.count("cachepolicy_requests", "early")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(1);
    }

    @Test
    void anInvalidationEndsAnEarlyLoadToo() throws Exception {
        TestProxy pod = pods.podThatLoadsEarly(Duration.ofMinutes(1), 100_000);
        RawClient chosen = pods.client(pod);
        chosen.call("GET", KEY);
        Thread.sleep(20); // as above
        chosen.call("SET", KEY, "v");
        pods.direct.pexpire(KEY, 5_000);
        chosen.call("GET", KEY);
        await().until(() -> chosen.call("GET", KEY).equals(NIL));
        pods.client(pods.pod()).call("DEL", KEY);
        assertThat(chosen.call("SET", KEY, "old")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    @Test
    void underSteadyTrafficNobodyMeetsTheExpiry() throws Exception {
        List<TestProxy> agents = List.of(pods.podThatLoadsEarly(TTL, 100), pods.podThatLoadsEarly(TTL, 100));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger loads = new AtomicInteger();
        AtomicLong reads = new AtomicLong();
        double misses;
        long started;
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            RawClient first = pods.client(agents.getFirst());
            readThrough(first, loads);
            misses = misses(agents);
            loads.set(0);
            started = System.nanoTime();
            for (int i = 0; i < READERS; i++) {
                RawClient client = pods.client(agents.get(i % agents.size()));
                all.add(readers.submit(() -> {
                    while (!stop.get()) {
                        readThrough(client, loads);
                        reads.incrementAndGet();
                        Thread.sleep(1);
                    }
                    return null;
                }));
            }
            await().atMost(TTL.multipliedBy(TTLS * 10L))
                    .until(() ->
                            System.nanoTime() - started > TTL.multipliedBy(TTLS).toNanos());
            stop.set(true);
            for (Future<?> reader : all) {
                reader.get();
            }
        }
        double seen = misses(agents) - misses;
        double loadsPerTtl = loads.get() / ((System.nanoTime() - started) / (double) TTL.toNanos());
        System.out.printf(
                "ProbabilisticIT: %d reads, %.0f misses seen, %.2f loads per TTL over %d TTLs%n",
                reads.get(), seen, loadsPerTtl, TTLS);
        assertThat(seen / reads.get()).isLessThan(0.001);
        assertThat(loads.get()).as("it was loaded").isPositive();
        assertThat(loadsPerTtl).isLessThan(MOST_LOADS_PER_TTL);
    }

    private static double misses(List<TestProxy> agents) {
        return agents.stream()
                .mapToDouble(agent -> agent.count("cachepolicy_requests", "miss"))
                .sum();
    }

    private static void readThrough(RawClient client, AtomicInteger loads) throws Exception {
        if (client.call("GET", KEY).equals(NIL)) {
            loads.incrementAndGet();
            Thread.sleep(LOAD);
            assertThat(client.call("SET", KEY, "v")).isEqualTo("+OK");
        }
    }
}
