package dev.cachepolicy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Latencies with client, proxy and Redis on one core. That is the hard case, and the repeatable one: every switch from one
 * process to another counts, and none depends on which core the kernel chose.
 */
final class Latencies {

    /** One connection that waits for each reply; and all, at half of what the slowest peer carries. */
    enum Load {
        ONE,
        HALF
    }

    private static final int SECONDS = 2;

    private final int rate;
    private final Map<Load, Map<Peer, List<Latency>>> results = new EnumMap<>(Load.class);

    private Latencies(int rate) {
        this.rate = rate;
    }

    static Latencies measure(Machine machine, int rounds) throws IOException {
        try (Testbed testbed = Testbed.pinned(machine)) {
            System.err.println("latency: looking for the highest load");
            double highest = Double.MAX_VALUE;
            for (Peer peer : Peer.values()) {
                highest = Math.min(
                        highest,
                        Latency.measure(machine, testbed.peer(peer), SECONDS, "full")
                                .perSecond());
            }
            Latencies all = new Latencies((int) (highest / 2));
            for (int round = 1; round <= rounds; round++) {
                System.err.printf("latency: round %d of %d%n", round, rounds);
                List<Peer> order = new ArrayList<>(Arrays.asList(Peer.values()));
                Collections.rotate(order, round);
                for (Peer peer : order) {
                    Peer.Running running = testbed.peer(peer);
                    all.of(Load.ONE, peer).add(Latency.measure(machine, running, SECONDS, "one"));
                    all.of(Load.HALF, peer)
                            .add(Latency.measure(machine, running, SECONDS, "open", String.valueOf(all.rate)));
                }
            }
            return all;
        }
    }

    private List<Latency> of(Load load, Peer peer) {
        return results.computeIfAbsent(load, _ -> new EnumMap<>(Peer.class))
                .computeIfAbsent(peer, _ -> new ArrayList<>());
    }

    /** {@return requests per second of {@link Load#HALF}, the same for every peer} */
    int rate() {
        return rate;
    }

    Series series(Load load, Peer peer, ToDoubleFunction<Latency> quantile) {
        return Series.of(of(load, peer).stream().mapToDouble(quantile));
    }

    /** {@return what a peer adds to direct Redis} */
    Series added(Load load, Peer peer, ToDoubleFunction<Latency> quantile) {
        return series(load, peer, quantile).minus(series(load, Peer.DIRECT, quantile));
    }
}
