package dev.cachepolicy.observability;

import dev.cachepolicy.metrics.Metric;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The series that a query may ask for: what the code defines, and what recording rules make of it. */
final class KnownSeries {

    private KnownSeries() {}

    static Set<String> names() {
        Set<String> names = new TreeSet<>(RuleFile.recorded());
        Arrays.stream(Metric.values()).flatMap(KnownSeries::samples).forEach(names::add);
        return names;
    }

    /** {@return the names that samples of a metric have} */
    static Stream<String> samples(Metric metric) {
        return switch (metric.type()) {
            case COUNTER, GAUGE -> Stream.of(metric.queryName());
            case HISTOGRAM -> Stream.of("_bucket", "_sum", "_count").map(suffix -> metric.familyName() + suffix);
        };
    }
}
