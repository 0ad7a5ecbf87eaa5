package dev.cachepolicy.bench.scale;

import dev.cachepolicy.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an operator's process takes of the machine. */
final class OperatorMeter {

    private static final Pattern GENERATION = Pattern.compile(
            "(?m)^ *(?:DefNew|def new generation|Tenured|tenured generation) .*?total (\\d+)K, used (\\d+)K");

    private final long pid;
    private final Program jcmd;

    OperatorMeter(long pid) {
        this.pid = pid;
        this.jcmd = Program.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid));
    }

    /** @param usedMib after a full collection; {@code committedMib} what the heap had grown to before it */
    record Heap(double usedMib, double committedMib) {}

    /** {@return processor time since the process began} */
    Duration cpu() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    Heap heap() {
        double committed = sum(jcmd.run("GC.heap_info"), 1);
        jcmd.run("GC.run");
        return new Heap(sum(jcmd.run("GC.heap_info"), 2), committed);
    }

    private static double sum(String heapInfo, int group) {
        Matcher generations = GENERATION.matcher(heapInfo);
        long kib = 0;
        int found = 0;
        while (generations.find()) {
            kib += Long.parseLong(generations.group(group));
            found++;
        }
        if (found != 2) {
            throw new IllegalStateException("not the heap of a serial collector: " + heapInfo);
        }
        return kib / 1024.0;
    }

    /** {@return what it takes now, as the kernel counts it, and the most it ever took} */
    double[] residentMib() throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(pid), "status"));
        return new double[] {kib(status, "VmRSS") / 1024.0, kib(status, "VmHWM") / 1024.0};
    }

    private static long kib(String status, String field) {
        return status.lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
