package dev.cachepolicy.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The same measurement, round by round. Two series of one run have the same rounds and can be compared one by one. */
final class Series {

    private final double[] values;

    private Series(double[] values) {
        this.values = values;
    }

    static Series of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no round");
        }
        return new Series(values.clone());
    }

    static Series of(DoubleStream values) {
        return of(values.toArray());
    }

    double median() {
        double[] sorted = sorted();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double min() {
        return sorted()[0];
    }

    double max() {
        return sorted()[values.length - 1];
    }

    /** {@return each round's value divided by another's of the same round} */
    Series over(Series other) {
        return of(IntStream.range(0, values.length).mapToDouble(i -> values[i] / other.values[i]));
    }

    Series minus(Series other) {
        return of(IntStream.range(0, values.length).mapToDouble(i -> values[i] - other.values[i]));
    }

    @Override
    public String toString() {
        return "%.3f (%.3f to %.3f)".formatted(median(), min(), max());
    }

    private double[] sorted() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }
}
