package dev.cachepolicy.agent.proxy;

import static dev.cachepolicy.agent.proxy.FencedPods.KEY;
import static dev.cachepolicy.agent.proxy.FencedPods.LONG;
import static dev.cachepolicy.agent.proxy.FencedPods.NIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that sends all commands of an application over one connection, as Lettuce, node-redis and ioredis do. */
class MultiplexedIT {

    private static final Duration MAX_BLOCK = Duration.ofMillis(50);
    private static final int HITS = 2_000;

    @RegisterExtension
    private static final FencedPods pods = new FencedPods();

    /** Another pod loads; nobody here may stand still for as long as its load takes, which is longer than this test. */
    @Test
    void aSlowLoadDoesNotStopOtherKeys() throws Exception {
        TestProxy pod = pods.pod(LONG, LONG, MAX_BLOCK);
        pods.direct.set("lease:2", "2");
        try (RedisClient client = RedisClient.create("redis://127.0.0.1:" + pod.port())) {
            RedisAsyncCommands<String, String> app = client.connect().async();
            long[] alone = hits(app);
            assertThat(pods.client(pods.pod()).call("GET", KEY)).as("loads").isEqualTo(NIL);
            long begun = System.nanoTime();
            Future<String> slow = app.get(KEY);
            long[] beside = hits(app);
            assertThat(slow.get()).isNull();
            System.out.printf(
                    "MultiplexedIT: slowest hit beside a load %.1f ms, p99 %.2f ms; without one %.1f ms, p99 %.2f ms%n",
                    beside[HITS - 1] / 1e6,
                    beside[HITS * 99 / 100] / 1e6,
                    alone[HITS - 1] / 1e6,
                    alone[HITS * 99 / 100] / 1e6);
            assertThat(Duration.ofNanos(beside[HITS - 1]))
                    .as("far below maxWait")
                    .isLessThan(LONG.dividedBy(2));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(MAX_BLOCK);
        }
    }

    private static long[] hits(RedisAsyncCommands<String, String> app) throws Exception {
        long[] nanos = new long[HITS];
        for (int i = 0; i < HITS; i++) {
            long before = System.nanoTime();
            assertThat(app.get("lease:2").get()).isEqualTo("2");
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    /** The idiom that teams write by hand: it needs replies on the very connection whose read waits. */
    @Test
    void theHandWrittenMutexEnds() throws Exception {
        try (RedisClient oneClient = client();
                RedisClient otherClient = client();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            RedisCommands<String, String> one = oneClient.connect().sync();
            RedisCommands<String, String> other = otherClient.connect().sync();
            assertThat(one.get(KEY)).isNull();
            assertThat(one.set("lock:1", "one", SetArgs.Builder.nx().ex(5))).isEqualTo("OK");
            Future<String> value = threads.submit(() -> mutex(other));
            one.set(KEY, "v");
            one.del("lock:1");
            assertThat(value.get(1, TimeUnit.MINUTES)).isEqualTo("v");
        }
    }

    private static String mutex(RedisCommands<String, String> app) throws InterruptedException {
        for (String value = app.get(KEY); ; value = app.get(KEY)) {
            if (value != null) {
                return value;
            }
            if ("OK".equals(app.set("lock:1", "other", SetArgs.Builder.nx().ex(5)))) {
                app.set(KEY, "loaded again");
                app.del("lock:1");
            } else {
                Thread.sleep(10); // the idiom's own retry
            }
        }
    }

    private static RedisClient client() throws IOException {
        return RedisClient.create(
                "redis://127.0.0.1:" + pods.pod(LONG, LONG, MAX_BLOCK).port());
    }
}
