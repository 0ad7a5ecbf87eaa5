package dev.cachepolicy.agent;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import redis.clients.jedis.Jedis;

/**
 * Applications that use Redis without a pause: one that keeps its connection, one that always opens a new one, and one
 * whose new connections get one of their own to Redis.
 */
final class ApplicationLoad implements AutoCloseable {

    private final int port;
    private final AtomicLong done = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    private ApplicationLoad(int port) {
        this.port = port;
    }

    static ApplicationLoad on(int port) {
        ApplicationLoad load = new ApplicationLoad(port);
        load.threads.add(Thread.startVirtualThread(load::keepOne));
        load.threads.add(Thread.startVirtualThread(() -> load.openMany(0)));
        load.threads.add(Thread.startVirtualThread(() -> load.openMany(1)));
        return load;
    }

    private void keepOne() {
        while (!closing) {
            try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                while (!closing) {
                    use(jedis, "user:1");
                }
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
    }

    private void openMany(int database) {
        while (!closing) {
            try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                if (database != 0) {
                    jedis.select(database);
                }
                use(jedis, "user:" + (2 + database));
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
    }

    private void use(Jedis jedis, String key) {
        jedis.set(key, "value");
        String value = jedis.get(key);
        if (!"value".equals(value)) {
            failures.add(new AssertionError(key + " is " + value));
        }
        done.incrementAndGet();
    }

    /** {@return what went wrong so far} */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    void awaitMore(int times) {
        long target = done.get() + times;
        await().atMost(Duration.ofSeconds(60)).until(() -> done.get() >= target);
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
