package dev.cachepolicy.api.v1alpha1;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to write instead of a text that is no duration. It reads what people and other tools write (days, fractions, blanks,
 * long numbers), tells which of it cannot be used, and says the same time in a form that can.
 */
final class DurationAdvice {

    private static final Map<String, BigDecimal> MILLISECONDS = Map.of(
            "ms", BigDecimal.ONE,
            "s", BigDecimal.valueOf(1_000),
            "m", BigDecimal.valueOf(60_000),
            "h", BigDecimal.valueOf(3_600_000),
            "d", BigDecimal.valueOf(24 * 3_600_000),
            "w", BigDecimal.valueOf(7 * 24 * 3_600_000));

    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;
    private static final long SECOND = 1_000;

    private static final int LONGEST_QUOTE = 40;
    private static final int LONGEST_READ = 100;
    private static final String LONGEST = "99999h";
    private static final long LONGEST_HOURS = 99_999;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ms|[hmsdw])");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART + ")+");

    private DurationAdvice() {}

    static String on(String text) {
        String quote = "'" + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...") + "'";
        if (NUMBER.matcher(text).matches()) {
            return quote + " has no unit: write " + text + "s for seconds, or " + text + "m, " + text + "h or " + text
                    + "ms";
        }
        return instead(text)
                .map(instead -> quote + " " + mistake(text) + ": write " + instead)
                .orElse(quote + " is not a duration: write " + Durations.MESSAGE);
    }

    /** {@return what is wrong with a text that stands for some time} */
    private static String mistake(String text) {
        if (text.startsWith("-")) {
            return "is below zero";
        }
        if (text.indexOf('d') >= 0) {
            return "is in days";
        }
        if (text.indexOf('w') >= 0) {
            return "is in weeks";
        }
        if (text.indexOf('.') >= 0) {
            return "has a fraction";
        }
        if (text.matches(".*[0-9]{6}.*")) {
            return "has more than five digits in a number";
        }
        if (text.matches("[0hms]+")) {
            return "is no time at all";
        }
        return text.matches("[0-9hms]+") ? "has too many parts" : "has blanks or signs in it";
    }

    /** {@return what to write; empty: it cannot be told what the text stands for} */
    private static Optional<String> instead(String text) {
        String bare = text.replaceAll("\\s", "").replaceFirst("^[-+]", "");
        if (bare.length() > LONGEST_READ || !WHOLE.matcher(bare).matches()) {
            return Optional.empty();
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(bare);
        while (part.find()) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(MILLISECONDS.get(part.group(2))));
        }
        String written = written(sum);
        return Optional.of(text.startsWith("-") ? "a duration above zero, for example " + written : written);
    }

    private static String written(BigDecimal milliseconds) {
        if (milliseconds.signum() == 0) {
            return Durations.MESSAGE;
        }
        if (milliseconds.compareTo(BigDecimal.ONE) < 0) {
            return "1ms, the shortest that there is";
        }
        if (milliseconds.compareTo(BigDecimal.valueOf(LONGEST_HOURS * HOUR)) > 0) {
            return "at most " + LONGEST;
        }
        long left = milliseconds.longValue();
        StringBuilder text = new StringBuilder();
        left = append(text, left, HOUR, "h");
        left = append(text, left, MINUTE, "m");
        left = append(text, left, SECOND, "s");
        append(text, left, 1, "ms");
        return text.toString();
    }

    private static long append(StringBuilder text, long left, long unit, String name) {
        if (left >= unit) {
            text.append(left / unit).append(name);
        }
        return left % unit;
    }
}
