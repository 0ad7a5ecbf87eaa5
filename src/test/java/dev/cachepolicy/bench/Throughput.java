package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One load on one peer: how much it carried, and what that cost. */
record Throughput(double perSecond, double proxyMicros, double redisMicros) {

    /**
     * Runs redis-benchmark, which waits for each reply before the next request of a connection.
     *
     * @param requests how many
     */
    static Throughput measure(Testbed testbed, Workload workload, Peer peer, int requests) throws IOException {
        Peer.Running running = testbed.peer(peer);
        long proxy = running.cpuNanos();
        long redis = CpuTime.nanos(testbed.redis().pid());
        double perSecond = run(workload.command(peer, running.port(), requests));
        return new Throughput(
                perSecond,
                micros(running.cpuNanos() - proxy, requests),
                micros(CpuTime.nanos(testbed.redis().pid()) - redis, requests));
    }

    private static double micros(long nanos, int requests) {
        return nanos / 1e3 / requests;
    }

    /** {@return requests per second of a redis-benchmark} */
    static double run(List<String> command) throws IOException {
        String output = new Program(command, Map.of()).run();
        // "GET user:__rand_int__","48768.59","0.675",... after warnings and a line of headings
        String[] cells = output.substring(output.lastIndexOf('\n') + 1).split("\",\"");
        try {
            return Double.parseDouble(cells[1]);
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("redis-benchmark: " + output, e);
        }
    }
}
