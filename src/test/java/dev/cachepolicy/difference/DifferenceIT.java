package dev.cachepolicy.difference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Whatever clients do, the agent is not seen: random histories give the same bytes through it and without it. {@code
 * difference.commands} says of how many commands, {@code difference.seed} which; {@code difference.history} plays one
 * history again.
 */
class DifferenceIT {

    private static final long SEED = Long.getLong("difference.seed", 20_26L);
    private static final long COMMANDS = Long.getLong("difference.commands", 1_000_000);
    private static final Long REPLAYED = Long.getLong("difference.history");
    private static final int LENGTH = 3_000;
    private static final int WORKERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHRINKING = Duration.ofMinutes(2);

    private final AtomicLong played = new AtomicLong();
    private final AtomicInteger next = new AtomicInteger();
    /** Histories to which Redis itself does not reply the same twice: nothing can be said of them. */
    private final Queue<String> chance = new ConcurrentLinkedQueue<>();

    private final AtomicReference<Shrinker.Shrunk> found = new AtomicReference<>();

    @Test
    void randomHistoriesGiveTheSameBytes() throws Exception {
        long started = System.nanoTime();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                running.add(workers.submit((Callable<Void>) this::play));
            }
            for (Future<Void> worker : running) {
                worker.get();
            }
        }
        System.out.printf(
                "difference: %,d commands in %d histories of seed %d, %d s%n",
                played.get(), next.get(), SEED, (System.nanoTime() - started) / 1_000_000_000);
        if (found.get() != null) {
            fail(found.get().report() + "replay: -Ddifference.history="
                    + found.get().history().seed());
        }
        chance.forEach(System.out::println);
        assertThat(chance).as("histories that depend on chance").hasSizeLessThanOrEqualTo(1 + next.get() / 50);
        assertThat(played.get()).isGreaterThanOrEqualTo(REPLAYED == null ? COMMANDS : 1);
    }

    private Void play() throws Exception {
        try (TestedRedis redis = new TestedRedis()) {
            Comparison comparison = new Comparison(redis, redis.agentPort());
            while (found.get() == null && (REPLAYED == null ? played.get() < COMMANDS : next.get() == 0)) {
                int number = next.getAndIncrement();
                History history = HistoryGenerator.generate(
                        REPLAYED == null ? new SplittableRandom(SEED * 1_000_003 + number).nextLong() : REPLAYED,
                        LENGTH);
                Difference difference;
                try {
                    difference = comparison.find(history, PATIENCE);
                } catch (IllegalArgumentException e) {
                    chance.add("history " + history.seed() + ": " + e.getMessage());
                    continue;
                }
                played.addAndGet(history.commands());
                if (difference != null) {
                    found.compareAndSet(null, new Shrinker(comparison, history, difference, SHRINKING).shrink());
                }
            }
        }
        return null;
    }
}
