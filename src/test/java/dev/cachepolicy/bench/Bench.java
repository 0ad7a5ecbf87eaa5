package dev.cachepolicy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.openjdk.jmh.runner.RunnerException;

/**
 * The agent beside the proxies that people use, and beside no proxy: one run, one machine, one Redis, rounds in which
 * every peer meets every load. Numbers of different runs, and of different machines, say nothing about each other; the
 * ratios within a run do, and the limits are on those.
 */
public final class Bench {

    /** With fewer the result is for the one who develops, and is not written into the documentation. */
    private static final int ROUNDS = 7;

    /** Longer than the virtual machine's interval for giving memory back. */
    private static final Duration IDLE = Duration.ofSeconds(8);

    private Bench() {}

    /** @param arguments the number of rounds; none: {@value #ROUNDS} */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? ROUNDS : Integer.parseInt(arguments[0]);
        Machine machine = Machine.here();
        if (Machine.load() > 0.5) {
            System.err.println("other programs are busy on this machine: the numbers will be worse and spread more");
        }
        Report report = measure(machine, rounds);
        System.out.println(report.loads());
        System.out.println(report.quantiles());
        System.out.println(report.promises());
        Path directory = rounds >= ROUNDS ? Path.of("docs") : Path.of("target/bench");
        Page.write(directory, report, machine);
        System.out.println("written: " + directory.resolve(Page.NAME)
                + (rounds >= ROUNDS ? "" : "; into docs/ only with " + ROUNDS + " rounds or more"));
    }

    private static Report measure(Machine machine, int rounds)
            throws IOException, InterruptedException, RunnerException, ExecutionException {
        FirstPong firstPong = FirstPong.measure(rounds);
        Map<String, Series> micro = Micro.measure(rounds);
        Throughputs throughputs;
        double idle;
        double loaded;
        double bytes;
        FencedLoads fenced;
        try (Testbed testbed = Testbed.unpinned()) {
            Thread.sleep(IDLE);
            idle = testbed.residentMib(Peer.AGENT);
            throughputs = Throughputs.measure(testbed, rounds);
            Thread.sleep(IDLE);
            loaded = testbed.residentMib(Peer.AGENT);
            bytes = Allocation.measure(testbed);
            fenced = FencedLoads.measure(testbed);
        }
        return new Report(
                rounds,
                throughputs,
                Latencies.measure(machine, rounds),
                micro,
                firstPong,
                idle,
                loaded,
                Throughputs.answeredByAgent(rounds),
                bytes,
                fenced,
                FencedWaits.measure());
    }
}
