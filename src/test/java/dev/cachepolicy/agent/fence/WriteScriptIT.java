package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.FencedWrite.Fill;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.testing.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds write.lua and what {@link TwoKeysModel} takes it for together: in one step, for each key what its own fence and its
 * own decision make of it, as if it were written alone.
 */
class WriteScriptIT {

    private static final int STEPS = 20_000;
    private static final String LONG = "100000000";

    @Test
    void redisDoesWhatTheModelSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (RedisProcess redis = RedisProcess.start();
                RedisClient client = RedisClient.create("redis://" + redis.endpoint())) {
            Walk walk = new Walk(client.connect().sync());
            for (int i = 0; i < STEPS; i++) {
                walk.begin("ab".charAt(random.nextInt(2)), i, random);
                List<Write> writes = walk.some(random);
                walk.write(writes);
                walk.assertSame("seed " + seed + ", after step " + i + ": " + writes);
            }
        }
    }

    /**
     * @param write null: the key has no fence
     */
    private record Write(char key, @Nullable FencedWrite write, String value) {

        String what() {
            return switch (write) {
                case Fill(Nonce nonce) -> "fill:" + nonce.value();
                case Pipeline pipeline -> pipeline.steps().contains(Step.APPLY) ? "store" : "void";
                case null -> "plain";
            };
        }
    }

    /** The model and the server, side by side. */
    private static final class Walk {

        private final RedisCommands<String, String> redis;
        private final Map<Character, String> values = new HashMap<>();
        private final Map<Character, RedisFence> fences = new HashMap<>();

        Walk(RedisCommands<String, String> redis) {
            this.redis = redis;
        }

        /** A load begins, now and then. */
        void begin(char key, int number, Random random) {
            if (random.nextBoolean()) {
                RedisFence fence = new RedisFence(new Nonce(Integer.toString(number)), true);
                redis.psetex("fence:" + key, 100_000_000, fence.nonce().value());
                fences.put(key, fence);
            }
        }

        /** {@return one to three writes, of one key more than once, too} */
        List<Write> some(Random random) {
            List<Write> writes = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            while (writes.size() < count) {
                char key = "ab".charAt(random.nextInt(2));
                char other = "ab".charAt(random.nextInt(2));
                FencedWrite write = switch (random.nextInt(5)) {
                    case 0 -> FencedWrite.STORE;
                    case 1 -> FencedWrite.UNEXPLAINED;
                    case 2 -> null;
                    default ->
                        new Fill(fences.containsKey(other) ? fences.get(other).nonce() : Nonce.NEVER);
                };
                writes.add(new Write(key, write, Integer.toString(random.nextInt(3))));
            }
            return writes;
        }

        void write(List<Write> writes) {
            List<String> keys = new ArrayList<>();
            List<String> arguments = new ArrayList<>();
            for (Write write : writes) {
                keys.addAll(List.of("key:" + write.key, "fence:" + write.key));
                arguments.addAll(List.of(write.what(), "channel:" + write.key, write.value, "2", "PX", LONG));
                inModel(write);
            }
            String reply = redis.eval(
                    Script.WRITE.text(),
                    ScriptOutputType.STATUS,
                    keys.toArray(String[]::new),
                    arguments.toArray(String[]::new));
            assertThat(reply).isEqualTo("OK");
        }

        private void inModel(Write write) {
            switch (write.write) {
                case Fill(Nonce nonce) -> {
                    RedisFence.Filled<String> filled = RedisFence.filled(
                            Optional.ofNullable(fences.get(write.key)), values.get(write.key), nonce, write.value);
                    put(write.key, filled.value());
                    if (filled.fence().isEmpty()) {
                        fences.remove(write.key);
                    }
                }
                case Pipeline(List<Step> steps) -> {
                    for (Step step : steps) {
                        switch (step) {
                            case UNLINK_FENCE -> fences.remove(write.key);
                            case UNLINK_KEY -> values.remove(write.key);
                            case APPLY -> put(write.key, write.value);
                        }
                    }
                }
                case null -> put(write.key, write.value);
            }
        }

        private void put(char key, @Nullable String value) {
            if (value == null) {
                values.remove(key);
            } else {
                values.put(key, value);
            }
        }

        void assertSame(String after) {
            for (char key : "ab".toCharArray()) {
                RedisFence fence = fences.get(key);
                assertThat(redis.get("key:" + key)).as(after).isEqualTo(values.get(key));
                assertThat(redis.get("fence:" + key))
                        .as(after)
                        .isEqualTo(fence == null ? null : fence.nonce().value());
            }
        }
    }
}
