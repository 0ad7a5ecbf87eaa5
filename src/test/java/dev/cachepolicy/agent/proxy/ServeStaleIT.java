package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.FENCE;
import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
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

/** After its time a value is loaded by one reader, and the others get it as it is. */
class ServeStaleIT {

    private static final Duration TTL = Duration.ofMinutes(1);
    private static final Duration STALE_FOR = Duration.ofMinutes(2);

    private static final int PODS = 10;
    private static final int READERS = 1_000;
    private static final int EXPIRIES = Integer.getInteger("stale.expiries", 10);

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    private static TestProxy pod() throws IOException {
        return pods.podThatServesStale(TTL, STALE_FOR, LONG);
    }

    /** A value whose time is over, and a reader of each pod that has noticed. */
    private static void stale(RawClient... readers) throws IOException {
        for (RawClient reader : readers) {
            reader.call("SET", KEY, "old");
            pods.direct.pexpire(KEY, STALE_FOR.toMillis() / 2);
            assertThat(reader.call("GET", KEY)).isEqualTo("$3\r\nold");
        }
    }

    @Test
    void oneReaderLoadsAndTheOthersGetTheOldValue() throws Exception {
        TestProxy pod = pod();
        RawClient loader = pods.client(pod);
        RawClient other = pods.client(pod);
        stale(loader);
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(pods.direct.exists(FENCE)).isOne();
        for (int i = 0; i < 5; i++) {
            assertThat(other.call("GET", KEY)).isEqualTo("$3\r\nold");
        }
        assertThat(loader.call("SET", KEY, "new")).isEqualTo("+OK");
        assertThat(other.call("GET", KEY)).isEqualTo("$3\r\nnew");
        assertThat(pods.direct.pttl(KEY))
                .isBetween(
                        TTL.plus(STALE_FOR).toMillis() - 20_000,
                        TTL.plus(STALE_FOR).toMillis());
        assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(1);
        assertThat(pod.count("cachepolicy_requests", "stale")).isEqualTo(5);
        assertThat(pod.count("cachepolicy_requests", "hit")).isEqualTo(2);
        assertThat(pod.count("cachepolicy_lease_wait_duration_seconds"))
                .as("nobody waits")
                .isZero();
    }

    @Test
    void readersOfOtherPodsGetTheOldValueToo() throws Exception {
        RawClient loader = pods.client(pod());
        TestProxy pod = pod();
        RawClient other = pods.client(pod);
        stale(loader, other);
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("GET", KEY)).as("has asked for the lease").isEqualTo("$3\r\nold");
        assertThat(other.call("GET", KEY)).as("knows who has it").isEqualTo("$3\r\nold");
        assertThat(pod.count("cachepolicy_requests", "stale")).isEqualTo(2);
        loader.call("SET", KEY, "new");
        assertThat(other.call("GET", KEY)).isEqualTo("$3\r\nnew");
    }

    @Test
    void whenTheLoaderIsGoneAnotherLoadsAfterLockTimeout() throws Exception {
        Duration lockTimeout = Duration.ofMillis(300);
        RawClient dies = pods.client(pods.podThatServesStale(TTL, STALE_FOR, lockTimeout));
        RawClient other = pods.client(pods.podThatServesStale(TTL, STALE_FOR, lockTimeout));
        stale(dies, other);
        assertThat(dies.call("GET", KEY)).isEqualTo(NIL);
        long died = System.nanoTime();
        dies.close();
        AtomicInteger olds = new AtomicInteger();
        await().until(() -> {
            String reply = other.call("GET", KEY);
            olds.addAndGet(reply.equals("$3\r\nold") ? 1 : 0);
            return reply.equals(NIL);
        });
        assertThat(System.nanoTime() - died).isGreaterThan(lockTimeout.toNanos() - 50_000_000);
        assertThat(olds.get()).as("served meanwhile").isPositive();
        assertThat(other.call("SET", KEY, "new")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isEqualTo("new");
    }

    @Test
    void anInvalidationEndsTheStaleValueAndItsLoad() throws Exception {
        RawClient loader = pods.client(pod());
        RawClient other = pods.client(pod());
        stale(loader, other);
        assertThat(loader.call("GET", KEY)).isEqualTo(NIL);
        assertThat(other.call("DEL", KEY)).isEqualTo(":1");
        assertThat(other.call("GET", KEY)).as("nothing old").isEqualTo(NIL);
        assertThat(loader.call("SET", KEY, "old too")).isEqualTo("+OK");
        assertThat(pods.direct.get(KEY)).isNull();
    }

    /** A client that sends everything over one connection always has a reply due. */
    @Test
    void inAPipelineOneReadLoadsAndRepliesKeepTheirOrder() throws Exception {
        RawClient client = pods.client(pod());
        stale(client);
        int reads = 100;
        for (int i = 0; i < reads; i++) {
            client.send("ECHO", "before " + i).send("GET", KEY);
        }
        List<String> got = new ArrayList<>();
        for (int i = 0; i < reads; i++) {
            assertThat(client.reply()).endsWith("before " + i);
            got.add(client.reply());
        }
        assertThat(got).filteredOn(NIL::equals).hasSize(1);
        assertThat(got).filteredOn("$3\r\nold"::equals).hasSize(reads - 1);
    }

    @Test
    void anMgetLoadsWhatIsDueAndGetsTheRest() throws Exception {
        for (String protocol : new String[] {"2", "3"}) {
            TestProxy pod = pod();
            RawClient client = pods.client(pod);
            client.call("HELLO", protocol);
            stale(client);
            client.call("SET", "lease:2", "fresh");
            client.call("GET", "lease:2");
            String others = "$5\r\nfresh\r\n" + (protocol.equals("2") ? "$-1" : "_");
            assertThat(client.call("MGET", KEY, "lease:2", "no:policy"))
                    .isEqualTo("*3\r\n" + (protocol.equals("2") ? "$-1" : "_") + "\r\n" + others);
            assertThat(client.call("MGET", KEY, "lease:2", "no:policy"))
                    .as("is being loaded")
                    .isEqualTo("*3\r\n$3\r\nold\r\n" + others);
            assertThat(pod.count("cachepolicy_requests", "stale")).isEqualTo(1);
            assertThat(pod.count("cachepolicy_requests", "miss")).isEqualTo(1);
            client.call("SET", KEY, "new");
            assertThat(pods.direct.get(KEY)).as("stored under its lease").isEqualTo("new");
        }
    }

    @Test
    void aKeyOfAnotherTypeGetsRedissError() throws Exception {
        RawClient client = pods.client(pod());
        stale(client);
        pods.direct.del(KEY);
        pods.direct.hset(KEY, "f", "v");
        pods.direct.pexpire(KEY, 1_000);
        assertThat(client.call("GET", KEY)).startsWith("-WRONGTYPE");
        assertThat(client.call("GET", KEY)).startsWith("-WRONGTYPE");
        assertThat(client.call("PING")).isEqualTo("+PONG");
    }

    /** The condition of all that is promised: values are loaded once, and in time. */
    @Test
    void ofAThousandReadersInTenPodsOneLoadsAndNobodyWaits() throws Exception {
        List<TestProxy> agents = new ArrayList<>();
        for (int i = 0; i < PODS; i++) {
            agents.add(pod());
        }
        AtomicInteger loads = new AtomicInteger();
        List<Integer> loaded = new ArrayList<>();
        CyclicBarrier expired = new CyclicBarrier(READERS + 1);
        CyclicBarrier read = new CyclicBarrier(READERS + 1);
        pods.client(agents.getFirst()).call("SET", KEY, "v0");
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                RawClient client = pods.client(agents.get(reader % PODS));
                all.add(readers.submit(() -> {
                    for (int i = 1; i <= EXPIRIES; i++) {
                        expired.await(1, TimeUnit.MINUTES);
                        readThrough(client, "v" + i, loads);
                        read.await(1, TimeUnit.MINUTES);
                    }
                    return null;
                }));
            }
            for (int i = 1; i <= EXPIRIES; i++) {
                pods.direct.pexpire(KEY, STALE_FOR.toMillis() / 2);
                expired.await(1, TimeUnit.MINUTES);
                read.await(1, TimeUnit.MINUTES);
                loaded.add(loads.getAndSet(0));
            }
            for (Future<?> reader : all) {
                reader.get();
            }
        }
        System.out.println("ServeStaleIT: loads for each of " + EXPIRIES + " expiries: " + loaded);
        assertThat(loaded).hasSize(EXPIRIES).containsOnly(1);
        assertThat(agents)
                .allSatisfy(agent -> assertThat(agent.count("cachepolicy_lease_wait_duration_seconds"))
                        .isZero());
    }

    /** Until it has the new value: who is told the old one reads again. */
    private static void readThrough(RawClient client, String value, AtomicInteger loads) throws Exception {
        while (true) {
            String reply = client.call("GET", KEY);
            if (reply.equals(NIL)) {
                loads.incrementAndGet();
                Thread.sleep(100);
                assertThat(client.call("SET", KEY, value)).isEqualTo("+OK");
                return;
            }
            if (reply.endsWith("\n" + value)) {
                return;
            }
            Thread.sleep(5);
        }
    }
}
