package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cachepolicy.testing.Program;
import dev.cachepolicy.testing.RedisProcess;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds the scripts and {@link RedisFence}, which the models take for them, together: the same random walk through both,
 * on a real server.
 */
class ScriptsIT {

    private static final String KEY = "user:1";
    private static final String FENCE = "cachepolicy:lease:user:1";
    private static final String CHANNEL = "cachepolicy:wake:user:1";
    private static final int STEPS = 20_000;

    /** So long that none ends by itself during a walk. */
    private static final long FENCE_TIME = 20_000_000;

    private static final long LOCK_TIMEOUT = 5_000_000;

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

    /** A user without the right to the channel fills all the same: a write must not break half way. */
    @Test
    void aUserWithoutTheChannelFills() {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.create("redis://" + redis.endpoint())) {
            RedisCommands<String, String> commands = client.connect().sync();
            commands.aclSetuser(
                    "app",
                    AclSetuserArgs.Builder.on()
                            .addPassword("secret")
                            .allCommands()
                            .allKeys()
                            .resetChannels());
            try (RedisClient app = RedisClient.create("redis://app:secret@" + redis.endpoint())) {
                Walk walk = new Walk(app.connect().sync());
                walk.miss("1");
                walk.fill(new Nonce("1"), "a");
                walk.assertSame("the end");
            }
        }
    }

    /** A value that lives longer is left alone; one that is about to expire is loaded anew, by one reader. */
    @Test
    void theLeaseOfAValueThatIsThere() {
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.create("redis://" + redis.endpoint())) {
            RedisCommands<String, String> commands = client.connect().sync();
            commands.psetex(KEY, 60_000, "a");
            assertThat(early(commands, "1", "59000")).isEmpty();
            assertThat(early(commands, "1", "60000")).containsExactly("1", -1L);
            assertThat(early(commands, "2", "60000").getFirst()).isEqualTo("1");
            commands.persist(KEY);
            assertThat(early(commands, "3", "60000")).as("it does not expire").isEmpty();
            commands.del(KEY, FENCE);
            assertThat(early(commands, "4", "60000")).as("it has expired").containsExactly("4", -1L);
        }
    }

    private static List<Object> early(RedisCommands<String, String> commands, String fresh, String most) {
        return commands.eval(
                Script.MISS.text(),
                ScriptOutputType.MULTI,
                new String[] {KEY, FENCE},
                fresh,
                String.valueOf(FENCE_TIME),
                String.valueOf(LOCK_TIMEOUT),
                most);
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
        private @Nullable String value;
        private Optional<RedisFence> fence = Optional.empty();

        Walk(RedisCommands<String, String> redis) {
            this.redis = redis;
        }

        String step(Random random, int number) {
            String some = String.valueOf((char) ('a' + random.nextInt(3)));
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    miss(String.valueOf(number));
                    return "miss";
                }
                case 2, 3 -> {
                    boolean right = fence.isPresent() && random.nextBoolean();
                    fill(right ? fence.get().nonce() : Nonce.NEVER, some);
                    return "fill " + some + " with the " + (right ? "right" : "wrong") + " nonce";
                }
                case 4 -> {
                    redis.unlink(FENCE);
                    fence = Optional.empty();
                    return "UNLINK of the fence";
                }
                case 5 -> {
                    redis.unlink(KEY);
                    value = null;
                    return "UNLINK";
                }
                case 6 -> {
                    redis.set(KEY, some);
                    value = some;
                    return "SET " + some;
                }
                default -> {
                    fence.ifPresent(present -> {
                        redis.pexpire(FENCE, FENCE_TIME - LOCK_TIMEOUT);
                        fence = Optional.of(new RedisFence(present.nonce(), false));
                    });
                    return "end of the lease";
                }
            }
        }

        void miss(String fresh) {
            List<Object> reply = redis.eval(
                    Script.MISS.text(),
                    ScriptOutputType.MULTI,
                    new String[] {KEY, FENCE},
                    fresh,
                    String.valueOf(FENCE_TIME),
                    String.valueOf(LOCK_TIMEOUT));
            if (value != null) {
                assertThat(reply).isEmpty();
                return;
            }
            boolean leased = fence.isEmpty() || !fence.get().leased();
            fence = Optional.of(RedisFence.missed(fence, new Nonce(fresh)));
            assertThat(reply.getFirst()).isEqualTo(fence.get().nonce().value());
            if (leased) {
                assertThat(reply.get(1)).isEqualTo(-1L);
            } else {
                assertThat((Long) reply.get(1)).isBetween(1L, LOCK_TIMEOUT);
            }
        }

        void fill(Nonce nonce, String some) {
            String reply = redis.eval(
                    Script.FILL.text(),
                    ScriptOutputType.STATUS,
                    new String[] {KEY, FENCE},
                    nonce.value(),
                    CHANNEL,
                    some,
                    "PX",
                    "100000000");
            RedisFence.Filled<String> filled = RedisFence.filled(fence, value, nonce, some);
            value = filled.value();
            fence = filled.fence();
            assertThat(reply).isEqualTo(filled.reply());
        }

        void assertSame(String after) {
            assertThat(redis.get(KEY)).as(after).isEqualTo(value);
            assertThat(redis.get(FENCE))
                    .as(after)
                    .isEqualTo(fence.map(f -> f.nonce().value()).orElse(null));
            if (fence.isPresent()) {
                assertThat(redis.pttl(FENCE)).as(after).isPositive();
            }
        }
    }
}
