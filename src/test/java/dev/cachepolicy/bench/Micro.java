package dev.cachepolicy.bench;

import dev.cachepolicy.bench.micro.MatchBenchmark;
import dev.cachepolicy.bench.micro.ParseBenchmark;
import dev.cachepolicy.bench.micro.PlanBenchmark;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of {@code micro}, with the options of the agent's virtual machine: its compiler, its heap. */
final class Micro {

    private Micro() {}

    /** {@return nanoseconds for each operation, by name; a round is one iteration} */
    static Map<String, Series> measure(int rounds) throws RunnerException {
        System.err.println("matcher, parser and planner");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(MatchBenchmark.class.getName())
                        .include(ParseBenchmark.class.getName())
                        .include(PlanBenchmark.class.getName())
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(rounds)
                        .measurementTime(TimeValue.milliseconds(500))
                        .jvmArgs("@images/java.options", "@images/agent.options")
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Series> series = new LinkedHashMap<>();
        for (RunResult result : results) {
            series.put(name(result), iterations(result));
        }
        return series;
    }

    private static String name(RunResult result) {
        String method = result.getParams().getBenchmark().replaceAll(".*\\.", "");
        String keys = result.getParams().getParam("keysOf");
        return keys == null ? method : method + " " + keys;
    }

    private static Series iterations(RunResult result) {
        return Series.of(result.getBenchmarkResults().stream()
                .map(BenchmarkResult::getIterationResults)
                .flatMap(Collection::stream)
                .mapToDouble(iteration -> iteration.getPrimaryResult().getScore()));
    }
}
