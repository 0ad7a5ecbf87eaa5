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
    private static final int HITS = 200_000;
    private static final int LOADS = 20_000;
    private static final int CONNECTIONS = 20;

    /** CPU for one of something. */
    private record Cost(double agentMicros, double redisMicros) {}

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
        List<double[]> ratios = new ArrayList<>();
        int[] unused = {0};
        for (int round = 0; round <= ROUNDS; round++) {
            System.err.printf("fences: round %d of %d%n", round, ROUNDS);
            Load hits = prefix -> hit(testbed, prefix);
            Load loads = prefix -> load(testbed, prefix + "new" + unused[0]++ + "-");
            boolean fencedFirst = round % 2 == 0;
            Cost first = cost(testbed, hits, fencedFirst ? PREFIX : PLAIN, HITS);
            Cost second = cost(testbed, hits, fencedFirst ? PLAIN : PREFIX, HITS);
            Cost firstLoad = cost(testbed, loads, fencedFirst ? PREFIX : PLAIN, LOADS);
            Cost secondLoad = cost(testbed, loads, fencedFirst ? PLAIN : PREFIX, LOADS);
            if (round > 0) {
                ratios.add(new double[] {
                    ratio(fencedFirst, first.agentMicros(), second.agentMicros()),
                    ratio(fencedFirst, firstLoad.redisMicros(), secondLoad.redisMicros()),
                    ratio(fencedFirst, firstLoad.agentMicros(), secondLoad.agentMicros())
                });
            }
        }
        return new FencedLoads(series(ratios, 0), series(ratios, 1), series(ratios, 2));
    }

    private static double ratio(boolean fencedFirst, double first, double second) {
        return fencedFirst ? first / second : second / first;
    }

    private static Series series(List<double[]> ratios, int column) {
        return Series.of(ratios.stream().mapToDouble(row -> row[column]));
    }

    private static Cost cost(Testbed testbed, Load load, String prefix, int count)
            throws IOException, InterruptedException {
        Peer.Running agent = testbed.peer(Peer.AGENT);
        long agentBefore = agent.cpuNanos();
        long redisBefore = CpuTime.nanos(testbed.redis().pid());
        load.run(prefix);
        return new Cost(
                (agent.cpuNanos() - agentBefore) / 1e3 / count,
                (CpuTime.nanos(testbed.redis().pid()) - redisBefore) / 1e3 / count);
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
