package dev.cachepolicy.api.v1alpha1;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the Gateway API writes them.
 *
 * @see <a href="https://gateway-api.sigs.k8s.io/geps/gep-2257/">GEP-2257</a>
 */
public final class Durations {

    private static final String GRAMMAR = "([0-9]{1,5}(h|m|s|ms)){1,4}";

    static final String RULE = "self.matches('^" + GRAMMAR + "$') && duration(self) > duration('0s')";
    static final String MESSAGE =
            "a duration above zero in hours, minutes, seconds or milliseconds, for example 10m, 1h30m or 500ms";

    private static final Pattern WHOLE = Pattern.compile(GRAMMAR);
    private static final Pattern PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");

    private Durations() {}

    /**
     * {@return the duration that a text in GEP-2257's form stands for}
     *
     * @throws IllegalArgumentException if the text has another form; the message says what to write
     */
    public static Duration parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration: write " + MESSAGE);
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
        }
        return sum;
    }
}
