package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What readers feel of the loads of others, p99 to p99 of the same round: of a value that is loaded in another pod, beside a
 * bare PUBLISH to its receiver; and of a stale value, beside a hit.
 *
 * @param wake from the SET that is sent in one pod to the value that a reader gets in another
 * @param stale from the GET to the stale value, while another loads it
 */
record FencedWaits(Series wake, Series stale) {

    static final String STALE_PREFIX = "stale:";
    static final long STALE_FOR_MILLIS = 3_600_000;
    static final int ROUNDS = 7;

    /** So many that a p99 is not the third worst of all. */
    private static final int WAKES = 1_000;

    private static final int READS = 2_000;

    /** Until the compilers of both agents, and of this process, leave the two cores alone. */
    private static final int WARM_UP = 10_000;

    /** Of a load: nobody loads in no time, and a reader whose wait has only begun looks once more by itself. */
    private static final Duration LOAD = Duration.ofMillis(5);

    private static final Duration POLL = Duration.ofMillis(1);

    private static final int READERS = 10;
    private static final String STALE = STALE_PREFIX + "1";
    private static final String FRESH = "user:1";

    /** Alone, to see what a change has done. */
    public static void main(String[] arguments) throws Exception {
        FencedWaits measured = measure();
        System.out.printf("value of a load in another pod, p99 to a bare PUBLISH's: %s%n", measured.wake());
        System.out.printf("stale value, p99 to a hit's:                             %s%n", measured.stale());
    }

    static FencedWaits measure() throws IOException, InterruptedException, ExecutionException {
        try (RedisProcess redis = RedisProcess.start();
                Pod one = Pod.before(redis);
                Pod other = Pod.before(redis);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<double[]> ratios = new ArrayList<>();
            var _ = woken(redis.port(), one.port(), other.port(), "warm-up", WARM_UP, Duration.ZERO, threads);
            for (int round = 0; round <= ROUNDS; round++) {
                System.err.printf("waits: round %d of %d%n", round, ROUNDS);
                double bare = p99(published(redis.port(), threads));
                double woken = p99(woken(redis.port(), one.port(), other.port(), "" + round, WAKES, LOAD, threads));
                double hits = p99(reads(redis.port(), one.port(), FRESH, threads));
                double stale = p99(reads(redis.port(), one.port(), STALE, threads));
                if (round > 0) {
                    ratios.add(new double[] {woken / bare, stale / hits});
                }
            }
            return new FencedWaits(
                    Series.of(ratios.stream().mapToDouble(row -> row[0])),
                    Series.of(ratios.stream().mapToDouble(row -> row[1])));
        }
    }

    /** An agent as the image starts it. */
    private record Pod(Process process, int port) implements AutoCloseable {

        static Pod before(RedisProcess redis) throws IOException {
            Path directory = Files.createTempDirectory("bench-pod");
            int port = Ports.free();
            Process process = new ProcessBuilder(AgentUnderTest.command(directory, redis.endpoint(), port))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            Pod pod = new Pod(process, port);
            while (!pod.answers()) {
                if (!process.isAlive()) {
                    throw new IOException("the agent has ended: " + Files.readString(directory.resolve("log")));
                }
            }
            return pod;
        }

        private boolean answers() {
            try (Jedis redis = new Jedis("127.0.0.1", port)) {
                return redis.ping().equals("PONG");
            } catch (JedisConnectionException e) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    private static double p99(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length * 99 / 100];
    }

    private static long[] published(int redis, ExecutorService threads)
            throws IOException, InterruptedException, ExecutionException {
        SynchronousQueue<Long> received = new SynchronousQueue<>();
        long[] nanos = new long[WAKES];
        try (Jedis subscriber = new Jedis("127.0.0.1", redis);
                Jedis publisher = new Jedis("127.0.0.1", redis)) {
            JedisPubSub subscription = new JedisPubSub() {
                @Override
                public void onMessage(String channel, String message) {
                    long now = System.nanoTime();
                    try {
                        received.put(now);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
            Future<?> subscribed = threads.submit(() -> subscriber.subscribe(subscription, "bench"));
            awaitSubscriber(publisher, "bench");
            for (int i = 0; i < WAKES; i++) {
                Thread.sleep(LOAD);
                long sent = System.nanoTime();
                publisher.publish("bench", "");
                nanos[i] = received.take() - sent;
            }
            subscription.unsubscribe();
            subscribed.get();
        }
        return nanos;
    }

    private static long[] woken(
            int redis, int one, int other, String round, int wakes, Duration load, ExecutorService threads)
            throws IOException, InterruptedException, ExecutionException {
        long[] nanos = new long[wakes];
        try (Jedis direct = new Jedis("127.0.0.1", redis);
                Jedis loader = new Jedis("127.0.0.1", one);
                Jedis reader = new Jedis("127.0.0.1", other)) {
            for (int i = 0; i < wakes; i++) {
                String key = FencedLoads.PREFIX + "wake" + round + "-" + i;
                if (loader.get(key) != null) {
                    throw new IllegalStateException(key + " was there");
                }
                Future<Long> got = threads.submit(() -> {
                    String value = reader.get(key);
                    long now = System.nanoTime();
                    if (value == null) {
                        throw new IllegalStateException("waited in vain for " + key);
                    }
                    return now;
                });
                awaitSubscriber(direct, "cachepolicy:wake:" + key);
                Thread.sleep(load);
                long sent = System.nanoTime();
                loader.set(key, Keys.VALUE);
                nanos[i] = got.get() - sent;
            }
        }
        return nanos;
    }

    private static void awaitSubscriber(Jedis redis, String channel) throws InterruptedException {
        while (redis.pubsubNumSub(channel).get(channel) == 0) {
            Thread.sleep(POLL);
        }
    }

    private static long[] reads(int redis, int agent, String key, ExecutorService threads)
            throws IOException, InterruptedException, ExecutionException {
        try (Jedis direct = new Jedis("127.0.0.1", redis)) {
            direct.psetex(FRESH, Duration.ofHours(2).toMillis(), Keys.VALUE);
            direct.psetex(STALE, STALE_FOR_MILLIS / 2, Keys.VALUE);
        }
        List<Future<long[]>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(threads.submit(() -> reads(agent, key)));
        }
        long[] all = new long[READERS * READS];
        for (int i = 0; i < READERS; i++) {
            System.arraycopy(readers.get(i).get(), 0, all, i * READS, READS);
        }
        return all;
    }

    /** Who is given nil would load; here it reads again, so that its lease is out while others read. */
    private static long[] reads(int agent, String key) {
        long[] nanos = new long[READS];
        try (Jedis redis = new Jedis("127.0.0.1", agent)) {
            for (int i = 0; i < READS; ) {
                long sent = System.nanoTime();
                String value = redis.get(key);
                nanos[i] = System.nanoTime() - sent;
                i += value == null ? 0 : 1;
            }
        }
        return nanos;
    }
}
