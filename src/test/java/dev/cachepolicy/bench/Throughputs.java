package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Every load on every peer, round by round. */
final class Throughputs {

    private final Map<Workload, Map<Peer, List<Throughput>>> results = new EnumMap<>(Workload.class);

    /** Warms everything up, and measures. The order of peers turns from round to round: nobody is always first. */
    static Throughputs measure(Testbed testbed, int rounds) throws IOException {
        Throughputs all = new Throughputs();
        for (int round = 0; round <= rounds; round++) {
            if (round > 0) {
                System.err.printf("throughput: round %d of %d%n", round, rounds);
            }
            for (Workload workload : Workload.values()) {
                List<Peer> order = new ArrayList<>(workload.peers());
                Collections.rotate(order, round);
                for (Peer peer : order) {
                    if (round == 0) {
                        Throughput.measure(testbed, workload, peer, workload.requests() / 2);
                    } else {
                        all.of(workload, peer).add(Throughput.measure(testbed, workload, peer, workload.requests()));
                    }
                }
            }
        }
        check(testbed);
        return all;
    }

    /** A miss, or a SET that lost its expiry, would be less work than the load is said to be. */
    private static void check(Testbed testbed) {
        Program redis = Program.of("redis-cli", "-p", String.valueOf(testbed.redisPort()));
        double misses = stat(redis, "keyspace_misses");
        // The agents' heartbeats ask for keys too.
        if (misses / (misses + stat(redis, "keyspace_hits")) > 0.001) {
            throw new IllegalStateException("not every GET was a hit");
        }
        if (Integer.parseInt(redis.run("PTTL", Keys.name(1))) <= 0) {
            throw new IllegalStateException("SET left a key without an expiry");
        }
    }

    private static double stat(Program redis, String name) {
        return redis.run("INFO", "stats")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line ->
                        Double.parseDouble(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    private List<Throughput> of(Workload workload, Peer peer) {
        return results.computeIfAbsent(workload, _ -> new EnumMap<>(Peer.class))
                .computeIfAbsent(peer, _ -> new ArrayList<>());
    }

    Series series(Workload workload, Peer peer, ToDoubleFunction<Throughput> measure) {
        return Series.of(of(workload, peer).stream().mapToDouble(measure));
    }

    /** {@return a measure of the agent to another peer's, round by round} */
    Series ratio(Workload workload, Peer other, ToDoubleFunction<Throughput> measure) {
        return series(workload, Peer.AGENT, measure).over(series(workload, other, measure));
    }

    /** {@return requests of all rounds, warming up included, that the agent has answered} */
    static long answeredByAgent(int rounds) {
        return Arrays.stream(Workload.values())
                .mapToLong(workload -> workload.requests() / 2 + (long) rounds * workload.requests())
                .sum();
    }
}
