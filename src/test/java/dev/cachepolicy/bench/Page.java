package dev.cachepolicy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a run measured, for readers: a page and its picture. */
final class Page {

    static final String NAME = "benchmarks.md";

    private static final String PICTURE = "benchmarks.svg";

    private static final String TEXT = """
            <!-- Written by `make bench`; not edited by hand. -->
            # Benchmarks

            What the agent costs beside the proxies that people use, and beside none, in one run on one machine: `make bench` repeats it.

            ![Throughput, CPU and latency of the agent, twemproxy, haproxy and direct Redis](%1$s)

            %2$s
            ## What is promised

            Ratios are taken round by round, each of the agent and the peer in the same round; the limit is for their median.

            %3$s
            ## Throughput and CPU

            %4$s
            ## Latency

            %5$s
            ## How it was measured

            - %6$d rounds; in each, every load meets every peer, and the peers' order turns. Before them, half of a round unmeasured. All peers stand before
              the same redis-server. Values have 256 bytes, keys are 10,000, every GET is a hit, and the agent has %7$d policies of which one matches.
            - The agent is a process of its own with the files, the runtime and the options of its image, at its default of one event loop. twemproxy has
              one pool of one server, haproxy is in TCP mode, both are Debian's and otherwise as they come.
            - Throughput: redis-benchmark, unpinned. CPU is the scheduler's own account of all threads of the proxy and of Redis, divided by the requests.
            - Latency: our own generator (`LoadGenerator`), because redis-benchmark knows no fixed rate. Generator, proxy and Redis share one core. At
              one connection each request waits for the reply before. At half load, which is half of what the slowest peer carries on that core, requests
              are due at random times fixed beforehand, and a latency counts from when its request was due (no coordinated omission).
            - Matcher and parser: JMH, with the options of the agent's virtual machine.
            - Allocation: growth of a young generation that is never collected, over a million GETs.
            - Resident memory: what the kernel counts, 8 s after the load.
            """;

    private Page() {}

    static void write(Path directory, Report report, Machine machine) throws IOException {
        Files.createDirectories(directory);
        Table facts = new Table("", "");
        machine.facts().forEach(facts::row);
        Files.writeString(
                directory.resolve(NAME),
                TEXT.formatted(
                        PICTURE,
                        facts.markdown().replace("--:", "---"),
                        report.promises().markdown(),
                        report.loads().markdown(),
                        report.quantiles().markdown(),
                        report.rounds(),
                        AgentUnderTest.POLICIES));
        Files.writeString(directory.resolve(PICTURE), report.picture().svg());
    }
}
