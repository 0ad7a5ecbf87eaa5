package dev.cachepolicy.agent.proxy;

import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.CutProxy;
import dev.cachepolicy.testing.RedisProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
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
import java.util.concurrent.locks.LockSupport;

/**
 * Some keys, each with a source whose versions are numbered. A reader that misses loads the version of that moment, takes
 * its time and SETs it. A writer makes the next version and invalidates; when it was answered, all older versions are
 * stale.
 */
final class FencedHistory implements AutoCloseable {

    private static final int KEYS = 24;
    private static final int CLIENTS = 24;

    /** Loads take milliseconds, and keys live a minute. */
    private static final PolicyConfig.Fencing VERY_EARLY = new PolicyConfig.Fencing(200, 50, 20, 100_000, null);

    private static final PolicyConfig.Fencing WHEN_EXPIRED = new PolicyConfig.Fencing(200, 50, 20);

    /** Values are due at once, and loaded anew all the time while there is one. */
    private static final PolicyConfig.Fencing STALE = new PolicyConfig.Fencing(200, 50, 20, null, Policies.TTL);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A pod's agent on its own way to Redis. It may be replaced by one that has restarted. */
    private static final class Pod {

        final CutProxy way;
        volatile TestProxy agent;

        private final FailureMode onFailure;
        private final PolicyConfig.Fencing fencing;

        Pod(CutProxy way, FailureMode onFailure, PolicyConfig.Fencing fencing) throws IOException {
            this.way = way;
            this.onFailure = onFailure;
            this.fencing = fencing;
            this.agent = new TestProxy(config());
        }

        ListenerConfig config() {
            return TestProxy.config(
                    Policies.fenced(onFailure, fencing.staleForMillis() == null ? Policies.TTL : 1, fencing),
                    "127.0.0.1:" + way.port());
        }

        void restart() throws IOException {
            TestProxy before = agent;
            agent = TestProxy.restarted(config());
            before.close();
        }
    }

    private final RedisProcess redis;
    private final List<Pod> pods = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLongArray source = new AtomicLongArray(KEYS);
    private final AtomicLongArray invalidated = new AtomicLongArray(KEYS);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong invalidations = new AtomicLong();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final boolean restarts;
    private final int longest;
    private final long seed;

    /**
     * {@return a history of three pods in which nothing is answered in Redis's place}
     *
     * @param longest value
     */
    static FencedHistory ofSeveralPods(RedisProcess redis, int longest, long seed) throws IOException {
        return new FencedHistory(
                redis, List.of(VERY_EARLY, WHEN_EXPIRED, WHEN_EXPIRED), FailureMode.FailClosed, longest, seed);
    }

    /** {@return the same of pods that serve values after their time} */
    static FencedHistory ofPodsThatServeStale(RedisProcess redis, int longest, long seed) throws IOException {
        return new FencedHistory(redis, List.of(STALE, STALE, STALE), FailureMode.FailClosed, longest, seed);
    }

    /**
     * {@return a history of one pod that answers in Redis's place} What it does then other pods do not know, and a restart
     * forgets.
     */
    static FencedHistory ofOnePod(RedisProcess redis, int longest, long seed) throws IOException {
        return new FencedHistory(redis, List.of(VERY_EARLY), FailureMode.FailOpen, longest, seed);
    }

    private FencedHistory(
            RedisProcess redis, List<PolicyConfig.Fencing> fencing, FailureMode onFailure, int longest, long seed)
            throws IOException {
        this.redis = redis;
        this.restarts = onFailure == FailureMode.FailClosed;
        this.longest = longest;
        this.seed = seed;
        for (PolicyConfig.Fencing ofPod : fencing) {
            pods.add(new Pod(CutProxy.to(redis.port()), onFailure, ofPod));
        }
    }

    Queue<String> violations() {
        return violations;
    }

    long hits() {
        return hits.get();
    }

    String summary() {
        double stale = pods.stream()
                .mapToDouble(pod -> pod.agent.count("cachepolicy_requests", "stale"))
                .sum();
        return "%d operations, %d hits (%.0f stale by the agents that run still), %d loads, %d invalidations"
                .formatted(operations.get(), hits.get(), stale, loads.get(), invalidations.get());
    }

    /** Plays so many operations, and spreads the faults over them. */
    void run(long least, int faults, SplittableRandom random) throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            Pod pod = pods.get(client % pods.size());
            SplittableRandom own = new SplittableRandom(seed + client);
            clients.add(threads.submit(() -> play(pod, own)));
        }
        for (int fault = 1; fault <= faults && violations.isEmpty(); fault++) {
            awaitOperations(least * fault / (faults + 1));
            fail(random);
        }
        awaitOperations(least);
        stop.set(true);
        for (Future<?> client : clients) {
            client.get();
        }
    }

    private void awaitOperations(long least) {
        long before = operations.get();
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE.plusMillis(Math.max(0, least - before)))
                .until(() -> !violations.isEmpty() || operations.get() >= least);
    }

    private void fail(SplittableRandom random) throws IOException {
        Pod pod = pods.get(random.nextInt(pods.size()));
        switch (random.nextInt(restarts ? 6 : 5)) {
            case 0 -> {
                redis.kill();
                redis.restart();
            }
            case 1 -> {
                redis.freeze();
                LockSupport.parkNanos(
                        Duration.ofMillis(random.nextInt(100, 1500)).toNanos());
                redis.thaw();
            }
            case 2 -> {
                pod.way.cut();
                pod.way.mend();
            }
            case 3 -> redis.cli("CLIENT", "KILL", "TYPE", "normal");
            case 4 -> redis.cli("SCRIPT", "FLUSH");
            default -> pod.restart();
        }
    }

    private Void play(Pod pod, SplittableRandom random) throws InterruptedException {
        while (!stop.get()) {
            try (RawClient client = pod.agent.client()) {
                if (random.nextInt(4) == 0) {
                    client.call("CLIENT", "ID"); // has a connection of its own from here on
                }
                for (int i = 0; i < 1000 && !stop.get(); i++) {
                    act(client, random);
                    operations.incrementAndGet();
                }
            } catch (EOFException | SocketException | SocketTimeoutException e) {
                // As an application that connects again. Whether its last command was carried out is not known.
            } catch (IOException | RuntimeException e) {
                violations.add(e.toString());
            }
        }
        return null;
    }

    private void act(RawClient client, SplittableRandom random) throws IOException, InterruptedException {
        // Half of all is about two keys, so that many meet there.
        int key = random.nextBoolean() ? random.nextInt(2) : random.nextInt(KEYS);
        if (random.nextInt(30) == 0) {
            invalidate(client, key, random);
        } else if (random.nextInt(6) == 0) {
            readTwo(client, key, random.nextInt(KEYS), random);
        } else {
            read(client, key, random);
        }
    }

    private static String name(int key) {
        return "lease:" + key;
    }

    private void read(RawClient client, int key, SplittableRandom random) throws IOException, InterruptedException {
        long least = invalidated.get(key);
        String reply = client.call("GET", name(key));
        if (reply.equals("$-1")) {
            load(client, key, random);
        } else if (reply.startsWith("$")) {
            hit(key, least, reply.substring(reply.indexOf('\n') + 1));
        }
    }

    private void readTwo(RawClient client, int one, int other, SplittableRandom random)
            throws IOException, InterruptedException {
        long leastOfOne = invalidated.get(one);
        long leastOfOther = invalidated.get(other);
        String[] lines = client.call("MGET", name(one), name(other)).split("\r\n", -1);
        if (!lines[0].equals("*2")) {
            return; // an error
        }
        int next = 1;
        for (int key : new int[] {one, other}) {
            if (lines[next++].equals("$-1")) {
                load(client, key, random);
            } else {
                hit(key, key == one ? leastOfOne : leastOfOther, lines[next++]);
            }
        }
    }

    private void hit(int key, long least, String value) {
        hits.incrementAndGet();
        long version = Long.parseLong(value.substring(0, value.indexOf('.')));
        if (version < least) {
            violations.add(name(key) + " has version " + version + " after " + least + " was said to have replaced it");
        }
    }

    private void load(RawClient client, int key, SplittableRandom random) throws IOException, InterruptedException {
        long version = source.get(key);
        if (random.nextInt(300) == 0) {
            return; // its row does not exist, or the application has died
        }
        Thread.sleep(random.nextInt(4) == 0 ? random.nextInt(20) : 0);
        loads.incrementAndGet();
        String value = version + "." + "x".repeat(random.nextInt(longest));
        switch (random.nextInt(5)) {
            case 0 -> client.call("SETEX", name(key), "60", value);
            case 1 -> client.call("MSET", name(key), value, "other:" + key, value);
            case 2 -> transaction(client, "SET", name(key), value);
            default -> client.call("SET", name(key), value);
        }
    }

    private static String transaction(RawClient client, String... command) throws IOException {
        client.send("MULTI").send(command).send("EXEC");
        client.reply();
        client.reply();
        return client.reply();
    }

    private void invalidate(RawClient client, int key, SplittableRandom random) throws IOException {
        long version = source.incrementAndGet(key);
        String reply = switch (random.nextInt(12)) {
            case 0 -> client.call("UNLINK", name(key));
            case 1 -> client.call("GETDEL", name(key));
            case 2 -> client.call("PEXPIRE", name(key), "0");
            case 3 -> transaction(client, "DEL", name(key));
            case 4 -> client.call("EVAL", "return redis.call('DEL', KEYS[1])", "1", name(key));
            case 5 -> client.call("DEL", "other:" + key, name(key));
            case 6 -> client.call("GETEX", name(key), "PXAT", "1");
            case 7 -> transaction(client, "GETEX", name(key), "EXAT", "1");
            case 8 -> client.call("PEXPIREAT", name(key), "1");
            case 9 -> client.call("RENAME", name(key), "other:" + key); // an error where there is nothing
            default -> client.call("DEL", name(key));
        };
        if (reply.startsWith("-")) {
            return;
        }
        invalidations.incrementAndGet();
        invalidated.accumulateAndGet(key, version, Math::max);
    }

    @Override
    public void close() throws IOException {
        stop.set(true);
        threads.shutdownNow();
        for (Pod pod : pods) {
            pod.agent.close();
            pod.way.close();
        }
    }
}
