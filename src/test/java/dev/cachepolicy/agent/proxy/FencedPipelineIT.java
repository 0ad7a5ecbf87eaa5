package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.FailureMode;
import dev.cachepolicy.config.PolicyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pipelines in which some replies are known later than those behind them: each command gets its own. */
class FencedPipelineIT {

    private static final int PIPELINES = Integer.getInteger("pipelines.count", 500);
    private static final int CLIENTS = 6;
    private static final int KEYS = 8;
    private static final int MOST_COMMANDS = 30;

    /** A command, and what its reply looks like. A value says of which key it is. */
    private record Asked(String[] command, Pattern reply) {

        static Asked of(String reply, String... command) {
            return new Asked(command, Pattern.compile(reply, Pattern.DOTALL));
        }
    }

    @Test
    void eachCommandGetsItsOwnReplyWhenReadersLoadEarly() throws Exception {
        play(new PolicyConfig.Fencing(200, 10, 3, 10_000_000, null), "early");
    }

    @Test
    void eachCommandGetsItsOwnReplyWhenReadersGetStaleValues() throws Exception {
        play(new PolicyConfig.Fencing(200, 10, 3, null, 60_000L), "stale");
    }

    /** @param result that reads have, too */
    private static void play(PolicyConfig.Fencing fencing, String result) throws Exception {
        long seed = Long.getLong("pipelines.seed", System.nanoTime());
        System.out.println("FencedPipelineIT: " + CLIENTS + " x " + PIPELINES + " pipelines, seed " + seed);
        try (FencedPods pods = new FencedPods();
                TestProxy pod = new TestProxy(TestProxy.config(
                        Policies.fenced(FailureMode.FailOpen, 2_000, fencing), pods.redis.endpoint()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int key = 0; key < KEYS; key++) {
                pods.direct.set("plain:" + key, "plain " + key);
            }
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom random = new SplittableRandom(seed + i);
                clients.add(threads.submit(() -> {
                    try (RawClient client = pod.client()) {
                        for (int pipeline = 0; pipeline < PIPELINES; pipeline++) {
                            play(client, random);
                        }
                        assertThat(client.call("SELECT", "1"))
                                .as("nothing is due any more")
                                .isEqualTo("+OK");
                    }
                    return null;
                }));
            }
            // Writers without an agent, so that there is something to read.
            SplittableRandom random = new SplittableRandom(seed - 1);
            while (clients.stream().anyMatch(client -> !client.isDone())) {
                int key = random.nextInt(KEYS);
                pods.direct.psetex("lease:" + key, 2_000, value(key, random));
            }
            for (Future<?> client : clients) {
                client.get();
            }
            assertThat(pod.count("cachepolicy_requests", result)).as(result).isPositive();
            assertThat(pod.count("cachepolicy_unleased_loads", "max_block"))
                    .as("gave up waiting")
                    .isPositive();
        }
    }

    private static void play(RawClient client, SplittableRandom random) throws Exception {
        List<Asked> pipeline = new ArrayList<>();
        for (int i = random.nextBoolean() ? 1 : random.nextInt(1, MOST_COMMANDS); i > 0; i--) {
            pipeline.add(any(random));
        }
        for (Asked asked : pipeline) {
            client.send(asked.command());
        }
        for (Asked asked : pipeline) {
            assertThat(client.reply()).as(String.join(" ", asked.command())).matches(asked.reply());
        }
    }

    private static Asked any(SplittableRandom random) {
        int key = random.nextInt(KEYS);
        int other = random.nextInt(KEYS);
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 18, 19 -> Asked.of(maybe(key), "GET", "lease:" + key);
            case 4 ->
                Asked.of("\\*2\r\n" + maybe(key) + "\r\n" + maybe(other), "MGET", "lease:" + key, "lease:" + other);
            case 5 -> Asked.of("\\+OK", "SET", "lease:" + key, value(key, random));
            case 6 -> Asked.of(":[01]", "DEL", "lease:" + key);
            case 7, 8 -> Asked.of("\\$\\d+\r\nplain " + key, "GET", "plain:" + key);
            case 9 -> Asked.of("\\$\\d+\r\nhello " + other, "ECHO", "hello " + other);
            case 10 -> Asked.of(":[01]", "EXISTS", "lease:" + key);
            default -> Asked.of(":-?\\d+", "PTTL", "lease:" + key);
        };
    }

    private static String maybe(int key) {
        return "(\\$-1|\\$\\d+\r\nvalue of " + key + " x*)";
    }

    private static String value(int key, SplittableRandom random) {
        return "value of " + key + " " + "x".repeat(random.nextInt(5_000));
    }
}
