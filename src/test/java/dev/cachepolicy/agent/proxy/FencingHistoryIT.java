package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Applications in several pods that load what they miss and invalidate what they change, while Redis is killed, paused,
 * short of memory and loses its scripts, connections are cut and agents restart: once an invalidation was answered, no read
 * that begins later gives a value whose load began before it.
 *
 * <p>Several pods are under FailClosed, because what one answers in Redis's place the others cannot know before it is
 * replayed.
 */
class FencingHistoryIT {

    private static final long OPERATIONS = Long.getLong("fencing.operations", 25_000);
    private static final int FAULTS = Integer.getInteger("fencing.faults", 3);

    /** Fewer than there are, so that a history says something. Where values are evicted all the time there are few. */
    private static final long USUAL_HITS = OPERATIONS / 20;

    @Test
    void aRedisThatComesBackWithItsDataGivesNothingStale() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always")) {
            check(redis, "Redis with appendfsync always");
        }
    }

    @Test
    void aRedisThatComesBackEmptyGivesNothingStale() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            check(redis, "Redis without persistence");
        }
    }

    /** So little memory that values and leases are evicted all the time. */
    @Test
    void aRedisShortOfMemoryGivesNothingStale() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-random")) {
            check(redis, "Redis short of memory", 60_000, OPERATIONS / 100);
            assertThat(redis.cli("INFO", "stats")).doesNotContain("evicted_keys:0");
        }
    }

    @Test
    void valkeyGivesNothingStale() throws Exception {
        Program.Result valkey = Program.of("hack/valkey", "--check").call();
        assumeTrue(valkey.exitCode() == 0, "no valkey-server; hack/valkey installs it");
        try (RedisProcess redis =
                RedisProcess.startProgram(valkey.output(), "--appendonly", "yes", "--appendfsync", "always")) {
            check(redis, "Valkey with appendfsync always");
        }
    }

    /** Values that are served after their time are never older than an invalidation. */
    @Test
    void podsThatServeStaleValuesGiveNothingInvalidated() throws Exception {
        long seed = seed("stale values");
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
                FencedHistory history = FencedHistory.ofPodsThatServeStale(redis, 400, seed)) {
            check(history, "stale values", seed, USUAL_HITS);
        }
    }

    /** What it answers while Redis is away it knows, and removes before anybody reads there again. */
    @Test
    void onePodThatFailsOpenGivesNothingStale() throws Exception {
        long seed = seed("one pod under FailOpen");
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
                FencedHistory history = FencedHistory.ofOnePod(redis, 400, seed)) {
            check(history, "one pod under FailOpen", seed, USUAL_HITS);
        }
    }

    private static void check(RedisProcess redis, String what) throws Exception {
        check(redis, what, 400, USUAL_HITS);
    }

    private static void check(RedisProcess redis, String what, int longest, long leastHits) throws Exception {
        long seed = seed(what);
        try (FencedHistory history = FencedHistory.ofSeveralPods(redis, longest, seed)) {
            check(history, what, seed, leastHits);
        }
    }

    private static long seed(String what) {
        long seed = Long.getLong("fencing.seed", System.nanoTime());
        System.out.printf("FencingHistoryIT: %s: %d operations, %d faults, seed %d%n", what, OPERATIONS, FAULTS, seed);
        return seed;
    }

    private static void check(FencedHistory history, String what, long seed, long leastHits) throws Exception {
        history.run(OPERATIONS, FAULTS, new SplittableRandom(seed));
        System.out.println("FencingHistoryIT: " + what + ": " + history.summary());
        assertThat(history.violations()).isEmpty();
        assertThat(history.hits()).as("values are cached").isGreaterThan(leastHits);
    }
}
