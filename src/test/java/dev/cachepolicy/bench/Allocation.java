package dev.cachepolicy.bench;

import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Heap that an agent allocates for a GET under a policy. Its young generation is made so large that nothing is collected
 * meanwhile: what it holds more after a million requests than before is what all its threads allocated. Buffers for new
 * objects are 16 KiB for each thread, so the error is far below a byte a request. Whatever else the agent did meanwhile
 * (heartbeats, clocks) counts too.
 */
final class Allocation {

    private static final int REQUESTS = 1_000_000;
    private static final int WARM_UP = 200_000;
    private static final String OPTIONS = "-Xms3200m -Xmx3200m -Xmn3g -XX:TLABSize=16k -XX:-ResizeTLAB";
    private static final Pattern YOUNG = Pattern.compile("(?:DefNew|def new generation).* used (\\d+)K");

    private final Subject agent;

    private Allocation(Subject agent) {
        this.agent = agent;
    }

    /** {@return bytes a request} */
    static double measure(Testbed testbed) throws IOException {
        System.err.printf("allocation: %d requests%n", REQUESTS);
        Path directory = Files.createTempDirectory("bench");
        int port = Ports.free();
        List<String> command = new ArrayList<>(List.of("env", "JAVA_OPTS=" + OPTIONS));
        command.addAll(AgentUnderTest.command(directory, "127.0.0.1:" + testbed.redisPort(), port));
        try (Subject subject = Subject.start(command, port, directory.resolve("agent.log"))) {
            Allocation allocation = new Allocation(subject);
            allocation.youngBytes(); // the first question starts a thread in the agent
            Throughput.run(Workload.GET.command(Peer.AGENT, port, WARM_UP));
            long before = allocation.youngBytes();
            Throughput.run(Workload.GET.command(Peer.AGENT, port, REQUESTS));
            long after = allocation.youngBytes();
            if (after < before) {
                throw new IllegalStateException("an agent that allocates 3 GB for %d requests".formatted(REQUESTS));
            }
            return (after - before) / (double) REQUESTS;
        }
    }

    private long youngBytes() {
        String heap = Program.of(System.getProperty("java.home") + "/bin/jcmd", String.valueOf(agent.pid()))
                .run("GC.heap_info");
        Matcher young = YOUNG.matcher(heap);
        if (!young.find()) {
            throw new IllegalStateException("no young generation in: " + heap);
        }
        return Long.parseLong(young.group(1)) * 1024;
    }
}
