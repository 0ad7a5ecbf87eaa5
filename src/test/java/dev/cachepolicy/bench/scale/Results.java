package dev.cachepolicy.bench.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows of measurements beside their limits. */
final class Results {

    private static final String FORMAT = "%-66s %9s %9s %9s %7s%s%n";

    private final List<String> rows = new ArrayList<>();

    Results() {
        rows.add(FORMAT.formatted("", "median", "min", "max", "limit", ""));
    }

    /** One number. */
    void add(String what, double value, @Nullable Double limit) {
        rows.add(FORMAT.formatted(what, number(value), "", "", limit(limit), verdict(value, limit)));
    }

    /** The median of several, which is what the limit is for, and their range. */
    void add(String what, List<Double> values, @Nullable Double limit) {
        List<Double> sorted = values.stream().sorted().toList();
        rows.add(FORMAT.formatted(
                what,
                number(median(values)),
                number(sorted.getFirst()),
                number(sorted.getLast()),
                limit(limit),
                verdict(median(values), limit)));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** {@return the value that this share of all does not exceed} */
    static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static String limit(@Nullable Double limit) {
        return limit == null ? "" : number(limit);
    }

    private static String verdict(double value, @Nullable Double limit) {
        return limit != null && value > limit ? "  ABOVE" : "";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) || value >= 100 ? "%.0f" : "%.2f", value);
    }

    @Override
    public String toString() {
        return String.join("", rows);
    }
}
