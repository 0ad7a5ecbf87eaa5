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

    /** The longest text; four parts of five digits each fit. */
    public static final int MAX_CHARACTERS = 24;

    /** The rule that makes a text in a schema a duration. */
    public static final String RULE = "self.matches('^" + GRAMMAR + "$') && duration(self) > duration('0s')";

    static final String MESSAGE =
            "a duration above zero in hours, minutes, seconds or milliseconds, for example 10m, 1h30m or 500ms";

    /**
     * The sentence for a text that breaks {@link #RULE}. It begins like {@link #advice}, which computes what to write; the
     * cost that the API server estimates for a number made into a text is beyond what it allows.
     */
    static final String MESSAGE_EXPRESSION = "\"'\" + self + \"' \" + ("
            + "self.matches('^[0-9]{1,5}$') ?"
            + " 'has no unit: write ' + self + 's for seconds, or ' + self + 'm, ' + self + 'h or ' + self + 'ms'"
            + " : self.matches('^-" + GRAMMAR + "$') ?"
            + " 'is below zero: write a duration above zero, for example ' + self.substring(1)"
            + " : self.matches('^[0-9]+d$') ?"
            + " 'is in days: write hours, 24h for each day'"
            + " : self.matches('[0-9]{6}') ?"
            + " 'has more than five digits in a number: write it in larger units, at most 99999h'"
            + " : self.matches('^[0-9]*[.][0-9]+(h|m|s|ms)$') ?"
            + " 'has a fraction: write whole numbers of smaller units, as in 500ms for 0.5s or 1h30m for 1.5h'"
            + " : self.matches('^" + GRAMMAR + "$') ?"
            + " 'is no time at all: write " + MESSAGE + "'"
            + " : 'is not a duration: write " + MESSAGE + "')";

    private static final Pattern WHOLE = Pattern.compile(GRAMMAR);
    private static final Pattern PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");

    private Durations() {}

    /**
     * {@return the duration that a text in GEP-2257's form stands for}
     *
     * @throws IllegalArgumentException if the text has another form; the message says what to write
     */
    public static Duration parse(String text) {
        if (text.length() > MAX_CHARACTERS || !WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException(advice(text));
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

    /** {@return for people: what is wrong with a text that is no duration above zero, and what to write instead} */
    public static String advice(String text) {
        return DurationAdvice.on(text);
    }
}
