package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import redis.clients.jedis.Jedis;

/**
 * What fencing costs: the same loads through the same agent, on keys of a policy with fences and of one without, in turn.
 *
 * @param hitCpu the agent's CPU for a hit, with fences to without
 * @param loadRedisCpu Redis's CPU for a nil and the SET that follows, with fences to without
 * @param loadAgentCpu the agent's
 */
record FencedLoads(Series hitCpu, Series loadRedisCpu, Series loadAgentCpu) {

    static final String PREFIX = "fenced:";

    /** More than of the other loads: the difference is small. */
    static final int ROUNDS = 15;

    private static final String PLAIN = "user:";
    private static final int HITS = 20_000;
    private static final int LOADS = 2_000;
    private static final int CONNECTIONS = 20;

    /**
     * A round is so many turns of each, and its ratio that of their sums: how three processes share two processors changes
     * from second to second, and costs more than a fence.
     */
    private static final int TURNS = 20;

    /** CPU of a round, with fences to without. */
    private record Ratio(double agent, double redis) {}

    /** CPU of one turn. */
    private record Cost(long agentNanos, long redisNanos) {

        static final Cost NONE = new Cost(0, 0);

        Cost plus(Cost other) {
            return new Cost(agentNanos + other.agentNanos, redisNanos + other.redisNanos);
        }
    }

    private interface Load {
        void run(String prefix) throws IOException, InterruptedException;
    }

    /** Alone, to see what a change has done. */
    public static void main(String[] arguments) throws Exception {
        try (Testbed testbed = Testbed.unpinned()) {
            FencedLoads measured = measure(testbed);
            System.out.printf("hit, agent's CPU:         %s%n", measured.hitCpu());
            System.out.printf("nil and SET, Redis's CPU: %s%n", measured.loadRedisCpu());
            System.out.printf("nil and SET, agent's CPU: %s%n", measured.loadAgentCpu());
        }
    }

    static FencedLoads measure(Testbed testbed) throws IOException, InterruptedException {
        fill(testbed);
        List<Ratio> ofHits = new ArrayList<>();
        List<Ratio> ofLoads = new ArrayList<>();
        int[] unused = {0};
        for (int round = 0; round <= ROUNDS; round++) {
            System.err.printf("fences: round %d of %d%n", round, ROUNDS);
            Ratio hits = ratio(testbed, prefix -> hit(testbed, prefix));
            Ratio loads = ratio(testbed, prefix -> load(testbed, prefix + "new" + unused[0]++ + "-"));
            if (round > 0) {
                ofHits.add(hits);
                ofLoads.add(loads);
            }
        }
        return new FencedLoads(
                Series.of(ofHits.stream().mapToDouble(Ratio::agent)),
                Series.of(ofLoads.stream().mapToDouble(Ratio::redis)),
                Series.of(ofLoads.stream().mapToDouble(Ratio::agent)));
    }

    /** Who is first changes from turn to turn. */
    private static Ratio ratio(Testbed testbed, Load load) throws IOException, InterruptedException {
        Cost fenced = Cost.NONE;
        Cost plain = Cost.NONE;
        for (int turn = 0; turn < TURNS; turn++) {
            if (turn % 2 == 0) {
                fenced = fenced.plus(cost(testbed, load, PREFIX));
                plain = plain.plus(cost(testbed, load, PLAIN));
            } else {
                plain = plain.plus(cost(testbed, load, PLAIN));
                fenced = fenced.plus(cost(testbed, load, PREFIX));
            }
        }
        return new Ratio(
                fenced.agentNanos() / (double) plain.agentNanos(), fenced.redisNanos() / (double) plain.redisNanos());
    }

    private static Cost cost(Testbed testbed, Load load, String prefix) throws IOException, InterruptedException {
        Peer.Running agent = testbed.peer(Peer.AGENT);
        long agentBefore = agent.cpuNanos();
        long redisBefore = CpuTime.nanos(testbed.redis().pid());
        load.run(prefix);
        return new Cost(
                agent.cpuNanos() - agentBefore, CpuTime.nanos(testbed.redis().pid()) - redisBefore);
    }

    private static void fill(Testbed testbed) {
        Program redis = Program.of("redis-cli", "-p", String.valueOf(testbed.redisPort()));
        redis.run(
                "EVAL",
                "for i = 0, ARGV[1] - 1 do redis.call('SET', ARGV[2] .. string.format('%012d', i), ARGV[3]) end",
                "0",
                String.valueOf(Keys.COUNT),
                PREFIX,
                Keys.VALUE);
    }

    private static void hit(Testbed testbed, String prefix) throws IOException {
        List<String> command =
                Workload.GET.command(Peer.AGENT, testbed.peer(Peer.AGENT).port(), HITS);
        List<String> ofPrefix = command.stream()
                .map(word -> word.equals(Keys.RANDOM) ? word.replace(PLAIN, prefix) : word)
                .toList();
        Throughput.run(ofPrefix);
    }

    /** As applications do: each has the nil before it sends the value. */
    private static void load(Testbed testbed, String prefix) throws InterruptedException {
        int port = testbed.peer(Peer.AGENT).port();
        List<Future<?>> applications = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                int first = i;
                applications.add(threads.submit(() -> {
                    try (Jedis redis = new Jedis("127.0.0.1", port)) {
                        for (int key = first; key < LOADS; key += CONNECTIONS) {
                            if (redis.get(prefix + key) != null) {
                                throw new IllegalStateException(prefix + key + " was there");
                            }
                            redis.set(prefix + key, Keys.VALUE);
                        }
                    }
                }));
            }
            for (Future<?> application : applications) {
                application.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
