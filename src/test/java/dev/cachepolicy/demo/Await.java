package dev.cachepolicy.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waiting for a condition, with the message that a reader of the demo needs. */
public final class Await {

    private Await() {}

    /** {@return the first value that the condition accepts} */
    public static <T> T until(String what, Duration atMost, Supplier<T> value, Predicate<T> condition) {
        try {
            return Awaitility.await()
                    .atMost(atMost)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(value::get, condition);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("waited " + seconds(atMost) + " for: " + what + "; " + lastSeen(value), e);
        }
    }

    private static <T> String lastSeen(Supplier<T> value) {
        try {
            String text = String.valueOf(value.get());
            return "last seen " + (text.length() > 300 ? text.substring(0, 300) + "..." : text);
        } catch (RuntimeException e) {
            return "last: " + e.getMessage();
        }
    }

    /** {@return for example 1.2 s} */
    public static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    public static String since(Instant start) {
        return seconds(Duration.between(start, Instant.now()));
    }
}
