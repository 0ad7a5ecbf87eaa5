package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Holds the scripts and {@link TimedRedis} together, as {@link ScriptsIT} does, with the time that things have to live. */
class TimedScriptsIT {

    private static final String KEY = "user:1";
    private static final String FENCE = "cachepolicy:lease:user:1";
    private static final int STEPS = 20_000;

    /** So long that none of it passes by itself. */
    private static final long TICK_MILLIS = 1_000_000;

    @Test
    void redisDoesWhatTheModelSays() {
        try (RedisProcess redis = RedisProcess.start()) {
            walk(redis);
        }
    }

    @Test
    void valkeyDoesWhatTheModelSays() {
        Program.Result valkey = Program.of("hack/valkey", "--check").call();
        assumeTrue(valkey.exitCode() == 0, "no valkey-server; hack/valkey installs it");
        try (RedisProcess redis = RedisProcess.startProgram(valkey.output())) {
            walk(redis);
        }
    }

    private static void walk(RedisProcess redis) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (RedisClient client = RedisClient.create("redis://" + redis.endpoint())) {
            Walk walk = new Walk(client.connect().sync());
            for (int i = 0; i < STEPS; i++) {
                walk.assertSame("seed " + seed + ", after step " + i + ": " + walk.step(random, i));
            }
        }
    }

    /** The model and the server, side by side. */
    private static final class Walk {

        private final RedisCommands<String, String> redis;
        private TimedRedis model = TimedRedis.EMPTY;

        Walk(RedisCommands<String, String> redis) {
            this.redis = redis;
        }

        String step(Random random, int number) {
            int version = 1 + random.nextInt(3);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    int early = random.nextInt(-1, TimedRedis.TTL + TimedRedis.STALE_FOR + 1);
                    miss(new Nonce(Integer.toString(number)), early);
                    return "miss with " + early + " to live at most";
                }
                case 2, 3 -> {
                    Nonce nonce = random.nextBoolean() ? model.nonce().orElse(Nonce.NEVER) : Nonce.NEVER;
                    fill(nonce, version);
                    return "fill " + version + " with " + nonce;
                }
                case 4 -> {
                    redis.unlink(FENCE);
                    model = model.withoutFence();
                    return "UNLINK of the fence";
                }
                case 5 -> {
                    redis.unlink(KEY);
                    model = model.withoutKey();
                    return "UNLINK";
                }
                default -> {
                    model = model.tick();
                    redis.pexpire(KEY, model.left() * TICK_MILLIS);
                    redis.pexpire(FENCE, model.fenceLeft() * TICK_MILLIS);
                    return "a tick";
                }
            }
        }

        private void miss(Nonce fresh, int early) {
            List<String> arguments = new ArrayList<>(
                    List.of(fresh.value(), millis(TimedRedis.FENCE_TIME), millis(TimedRedis.LOCK_TIMEOUT)));
            if (early != TimedRedis.ONLY_IF_ABSENT) {
                arguments.add(millis(early));
            }
            List<Object> reply = redis.eval(
                    Script.MISS.text(),
                    ScriptOutputType.MULTI,
                    new String[] {KEY, FENCE},
                    arguments.toArray(String[]::new));
            TimedRedis.Missed missed = model.missed(fresh, early);
            model = missed.redis();
            if (missed.nonce().isEmpty()) {
                assertThat(reply).isEmpty();
                return;
            }
            assertThat(reply.getFirst()).isEqualTo(missed.nonce().get().value());
            assertThat((Long) reply.get(1) == -1).isEqualTo(missed.leased());
        }

        private void fill(Nonce nonce, int version) {
            String reply = redis.eval(
                    Script.FILL.text(),
                    ScriptOutputType.STATUS,
                    new String[] {KEY, FENCE},
                    nonce.value(),
                    "cachepolicy:wake:user:1",
                    Integer.toString(version),
                    "PX",
                    millis(TimedRedis.TTL + TimedRedis.STALE_FOR));
            TimedRedis.Filled filled = model.filled(nonce, version);
            model = filled.redis();
            assertThat(reply).isEqualTo(filled.reply());
        }

        private static String millis(int ticks) {
            return Long.toString(ticks * TICK_MILLIS);
        }

        void assertSame(String after) {
            String value = redis.get(KEY);
            assertThat(value == null ? 0 : Integer.parseInt(value)).as(after).isEqualTo(model.key());
            assertThat(redis.get(FENCE))
                    .as(after)
                    .isEqualTo(model.nonce().map(Nonce::value).orElse(null));
            assertThat(left(KEY)).as(after).isEqualTo(model.left());
            assertThat(left(FENCE)).as(after).isEqualTo(model.fenceLeft());
        }

        /** {@return in ticks, one that has begun counted in full; 0 for a key that is not there} */
        private long left(String key) {
            return Math.ceilDiv(Math.max(0, redis.pttl(key)), TICK_MILLIS);
        }
    }
}
