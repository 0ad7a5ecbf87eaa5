package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.testing.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Pods with a fenced policy before one Redis, and their applications. Keys begin with {@code lease:}. As an extension of a
 * class it ends pods after each test, and Redis after all.
 */
final class FencedPods implements AutoCloseable, AfterEachCallback, AfterAllCallback {

    static final Duration LONG = Duration.ofSeconds(30);
    static final String NIL = "$-1";
    static final String KEY = "lease:1";
    static final String FENCE = "cachepolicy:lease:lease:1";

    final RedisProcess redis = RedisProcess.start();
    private final RedisClient lettuce = RedisClient.create("redis://" + redis.endpoint());
    final RedisCommands<String, String> direct = lettuce.connect().sync();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** {@return one that waits as long as a test takes} */
    TestProxy pod() throws IOException {
        return pod(LONG, LONG, LONG);
    }

    TestProxy pod(Duration lockTimeout, Duration maxWait, Duration maxBlock) throws IOException {
        TestProxy proxy =
                new TestProxy(TestProxy.config(Policies.fenced(lockTimeout, maxWait, maxBlock), redis.endpoint()));
        opened.add(proxy);
        return proxy;
    }

    /** {@return one that loads before values expire} */
    TestProxy podThatLoadsEarly(Duration ttl, int betaPercent) throws IOException {
        return pod(ttl, new PolicyConfig.Fencing(LONG.toMillis(), LONG.toMillis(), LONG.toMillis(), betaPercent, null));
    }

    /** {@return one that serves values after their time} */
    TestProxy podThatServesStale(Duration ttl, Duration staleFor, Duration lockTimeout) throws IOException {
        return pod(
                ttl,
                new PolicyConfig.Fencing(
                        lockTimeout.toMillis(), LONG.toMillis(), LONG.toMillis(), null, staleFor.toMillis()));
    }

    private TestProxy pod(Duration ttl, PolicyConfig.Fencing fencing) throws IOException {
        TestProxy proxy = new TestProxy(TestProxy.config(Policies.fenced(ttl, fencing), redis.endpoint()));
        opened.add(proxy);
        return proxy;
    }

    /** {@return one whose policy has a trigger, and no stampede mode} */
    TestProxy podWithTrigger(FailureMode onFailure, String endpoint, PolicyConfig.Trigger trigger) throws IOException {
        TestProxy proxy = new TestProxy(TestProxy.config(Policies.triggering(onFailure, trigger), endpoint));
        opened.add(proxy);
        return proxy;
    }

    /** {@return one that remembers so many keys at most of what it answers in Redis's place} */
    TestProxy podThatRemembers(int keys) throws IOException {
        TestProxy proxy =
                TestProxy.remembering(TestProxy.config(Policies.fenced(LONG, LONG, LONG), redis.endpoint()), 1, keys);
        opened.add(proxy);
        return proxy;
    }

    /** {@return one whose agent has restarted} */
    TestProxy restartedPod() throws IOException {
        TestProxy proxy = TestProxy.restarted(TestProxy.config(Policies.fenced(LONG, LONG, LONG), redis.endpoint()));
        opened.add(proxy);
        return proxy;
    }

    /** {@return one whose agent has restarted, and that serves values after their time} */
    TestProxy restartedPodThatServesStale(Duration ttl, Duration staleFor) throws IOException {
        PolicyConfig.Fencing fencing =
                new PolicyConfig.Fencing(LONG.toMillis(), LONG.toMillis(), LONG.toMillis(), null, staleFor.toMillis());
        TestProxy proxy = TestProxy.restarted(TestProxy.config(Policies.fenced(ttl, fencing), redis.endpoint()));
        opened.add(proxy);
        return proxy;
    }

    RawClient client(TestProxy proxy) throws IOException {
        RawClient client = proxy.client();
        opened.add(client);
        return client;
    }

    /** {@return how many connections wait for a load of the key} */
    long waiting() {
        return direct.pubsubNumsub("cachepolicy:wake:" + KEY)
                .values()
                .iterator()
                .next();
    }

    /** Ends pods and clients, and empties Redis. */
    private void reset() throws Exception {
        for (AutoCloseable some : opened.reversed()) {
            some.close();
        }
        opened.clear();
        direct.flushall();
        direct.scriptFlush();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        reset();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        lettuce.close();
        redis.close();
    }
}
