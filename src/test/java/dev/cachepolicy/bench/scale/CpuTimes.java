package dev.cachepolicy.bench.scale;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processor time of everything that shares the machine with an operator because the benchmark started it.
 *
 * @param byProgram seconds since their processes began
 */
record CpuTimes(Map<String, Double> byProgram) {

    static CpuTimes now() {
        return new CpuTimes(Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().descendants())
                .collect(Collectors.groupingBy(
                        CpuTimes::program, TreeMap::new, Collectors.summingDouble(CpuTimes::seconds))));
    }

    private static String program(ProcessHandle process) {
        if (process.pid() == ProcessHandle.current().pid()) {
            return "benchmark";
        }
        String program = process.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString())
                .orElse("ended");
        // The server is a symbolic link to one of its tools.
        return program.equals("java") ? "operators" : program.startsWith("redis") ? "redis-server" : program;
    }

    private static double seconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** {@return what was used since an earlier look, for people} */
    String since(CpuTimes before) {
        return byProgram.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s %.2f s",
                        entry.getKey(),
                        entry.getValue() - before.byProgram.getOrDefault(entry.getKey(), 0.0)))
                .collect(Collectors.joining(", "));
    }
}
