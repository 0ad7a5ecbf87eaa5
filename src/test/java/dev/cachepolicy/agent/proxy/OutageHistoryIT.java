package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.RedisProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients, several outages, any order: once a SET or DEL was answered, by Redis or by the agent, no GET that begins
 * later gives an older value. Each key has one writer, and its values are numbered.
 */
class OutageHistoryIT {

    private static final int KEYS = 40;
    private static final int READERS = 12;
    private static final int OUTAGES = Integer.getInteger("outages.count", 9);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLongArray answered = new AtomicLongArray(KEYS);
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(ints = {10_000, 15})
    void noReadGivesAValueOlderThanAnAnsweredWrite(int maxInvalidations) throws Exception {
        long seed = Long.getLong("outages.seed", System.nanoTime());
        System.out.println("OutageHistoryIT: " + OUTAGES + " outages, seed " + seed);
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
                TestProxy proxy = proxy(redis, maxInvalidations);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                int mine = key;
                clients.add(threads.submit(() -> write(proxy, mine, new SplittableRandom(seed + mine))));
            }
            for (int reader = 0; reader < READERS; reader++) {
                SplittableRandom random = new SplittableRandom(seed - reader - 1);
                clients.add(threads.submit(() -> read(proxy, random)));
            }
            SplittableRandom random = new SplittableRandom(seed);
            for (int outage = 0; outage < OUTAGES && violations.isEmpty(); outage++) {
                awaitHits();
                fail(redis, random.nextInt(3));
            }
            awaitHits();
            stop.set(true);
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(violations).isEmpty();
        System.out.println("OutageHistoryIT: " + writes + " writes, " + hits + " hits");
    }

    private static TestProxy proxy(RedisProcess redis, int maxInvalidations) throws IOException {
        return TestProxy.remembering(redis.endpoint(), 3, maxInvalidations);
    }

    private void fail(RedisProcess redis, int kind) {
        switch (kind) {
            case 0 -> {
                redis.kill();
                awaitWrites();
                redis.restart();
            }
            case 1 -> {
                redis.freeze();
                awaitWrites();
                redis.thaw();
            }
            default -> redis.cli("CLIENT", "KILL", "TYPE", "normal");
        }
    }

    private void awaitHits() {
        long before = hits.get();
        await().atMost(PATIENCE).until(() -> !violations.isEmpty() || hits.get() > before + 2000);
    }

    private void awaitWrites() {
        long before = writes.get();
        await().atMost(PATIENCE).until(() -> writes.get() > before + 3L * KEYS);
    }

    private Void write(TestProxy proxy, int key, SplittableRandom random) throws Exception {
        try (RawClient client = proxy.client()) {
            for (long number = 1; !stop.get(); number++) {
                boolean removes = random.nextInt(4) == 0;
                String reply = removes
                        ? client.call("DEL", "over:" + key)
                        : client.call("SET", "over:" + key, Long.toString(number));
                if (!reply.matches(removes ? ":[01]" : "\\+OK")) {
                    violations.add("a write of over:" + key + " got " + reply);
                }
                answered.set(key, number);
                writes.incrementAndGet();
                Thread.sleep(random.nextInt(5));
            }
        }
        return null;
    }

    private Void read(TestProxy proxy, SplittableRandom random) throws Exception {
        while (!stop.get()) {
            try (RawClient client = proxy.client()) {
                if (random.nextBoolean()) {
                    client.call("CLIENT", "ID"); // has a connection of its own from here on
                }
                for (int i = 0; i < 2000 && !stop.get(); i++) {
                    int key = random.nextInt(KEYS);
                    long least = answered.get(key);
                    String reply = client.call("GET", "over:" + key);
                    if (reply.startsWith("$") && !reply.equals("$-1")) {
                        hits.incrementAndGet();
                        long value = Long.parseLong(reply.substring(reply.indexOf('\n') + 1));
                        if (value < least) {
                            violations.add("over:" + key + " is " + value + " after " + least);
                        }
                    } else if (!reply.equals("$-1")) {
                        violations.add("over:" + key + " gives " + reply);
                    }
                }
            } catch (EOFException | SocketException e) {
                // Connections with a state of their own end with Redis's.
            }
        }
        return null;
    }
}
