package dev.cachepolicy.agent.policy;

import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** A histogram of times that is written without a look-up or an allocation. Written by all event loops. */
final class Durations {

    private static final double NANOS = 1e9;

    private final double[] bounds;
    private final LongAdder[] counts;
    private final LongAdder sumNanos = new LongAdder();

    /** @param bounds upper bounds of the buckets in seconds, ascending; never changed */
    Durations(double[] bounds) {
        this.bounds = bounds;
        this.counts = Stream.generate(LongAdder::new).limit(bounds.length + 1).toArray(LongAdder[]::new);
    }

    void add(long nanos) {
        int bucket = 0;
        while (bucket < bounds.length && nanos > bounds[bucket] * NANOS) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
    }

    boolean isEmpty() {
        return Arrays.stream(counts).allMatch(count -> count.sum() == 0);
    }

    /** Adds its samples. */
    void collect(List<Sample> samples, Metric metric, List<String> values) {
        String name = metric.familyName();
        List<String> labels = metric.labels();
        List<String> bucketLabels = with(labels, "le");
        long count = 0;
        for (int i = 0; i <= bounds.length; i++) {
            count += counts[i].sum();
            String bound = i == bounds.length ? "+Inf" : Collector.doubleToGoString(bounds[i]);
            samples.add(new Sample(name + "_bucket", bucketLabels, with(values, bound), count));
        }
        samples.add(new Sample(name + "_count", labels, values, count));
        samples.add(new Sample(name + "_sum", labels, values, sumNanos.sum() / NANOS));
    }

    private static List<String> with(List<String> list, String last) {
        List<String> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
