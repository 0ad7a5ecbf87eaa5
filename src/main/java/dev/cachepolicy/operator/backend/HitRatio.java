package dev.cachepolicy.operator.backend;

import java.time.Duration;
import java.util.Locale;

/**
 * A hit ratio to show.
 *
 * @param percent such as {@code 93.4%}
 * @param window such as {@code 5m}
 */
public record HitRatio(String percent, String window) {

    static HitRatio of(long hits, long misses, Duration window) {
        double share = 100.0 * hits / (hits + misses);
        return new HitRatio(String.format(Locale.ROOT, "%.1f%%", share), text(window));
    }

    /** {@return whether two ratios are a point or more apart} */
    boolean differsFrom(HitRatio other) {
        return Math.abs(points() - other.points()) >= 1.0;
    }

    private double points() {
        try {
            return Double.parseDouble(percent.substring(0, percent.length() - 1));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            return Double.NEGATIVE_INFINITY;
        }
    }

    private static String text(Duration window) {
        long seconds = window.toSeconds();
        return seconds >= 60 ? seconds / 60 + "m" : seconds + "s";
    }
}
