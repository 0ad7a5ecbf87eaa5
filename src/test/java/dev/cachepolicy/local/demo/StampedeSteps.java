package dev.cachepolicy.local.demo;

import dev.cachepolicy.demo.DidNotHappenException;
import dev.cachepolicy.demo.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Jedis;

/** Everybody wants the same key at once. */
final class StampedeSteps {

    private static final int READERS = 100;
    private static final Duration LOAD = Duration.ofMillis(200);
    private static final int AGENT_PORT = 6379;

    private StampedeSteps() {}

    static List<Step<Scene>> steps() {
        return List.of(Step.of("of 100 readers in both pods that miss a key at once, one loads", StampedeSteps::miss));
    }

    private static String miss(Scene scene) throws Exception {
        int without = loads(scene, "nobodys:hot");
        int with = loads(scene, "listing:hot");
        DidNotHappenException.unless(with == 1 && without > 1, with + " loads, " + without + " without a policy");
        return "1 load under product-listings (stampede: Mutex), " + without + " for a key without a policy";
    }

    /** {@return how many of the readers found nothing, and loaded} */
    private static int loads(Scene scene, String key) throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CyclicBarrier together = new CyclicBarrier(READERS);
        List<Future<?>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < READERS; i++) {
                App app = scene.apps.get(i % scene.apps.size());
                readers.add(threads.submit(() -> {
                    try (Jedis redis = new Jedis(app.address(), AGENT_PORT)) {
                        redis.connect();
                        together.await();
                        if (redis.get(key) == null) {
                            loads.incrementAndGet();
                            Thread.sleep(LOAD);
                            redis.set(key, "made");
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        return loads.get();
    }
}
