package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gathers the problems of one object; with the checks that both kinds share. */
final class Checks {

    private final List<Problem> problems = new ArrayList<>();

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Adds a problem of the kind that the schema sees too. */
    void add(String field, String message) {
        add(field, Reasons.INVALID_SPEC, message);
    }

    void add(String field, String reason, String message) {
        problems.add(new Problem(field, reason, message));
    }

    /** Checks that a required name is there and of a form. */
    void name(String field, @Nullable String name, Pattern form, String message) {
        if (name == null || name.isEmpty()) {
            add(field, "a name is missing: " + message);
        } else if (!form.matcher(name).matches()) {
            add(field, "'" + name + "' cannot be used as a name: " + message);
        }
    }

    void keyPattern(String field, @Nullable String text) {
        if (text == null) {
            add(field, Reasons.INVALID_KEY_PATTERN, "a key pattern is missing: write one, for example user:{id}");
            return;
        }
        try {
            KeyPattern.parse(text);
        } catch (InvalidPatternException e) {
            add(field, Reasons.INVALID_KEY_PATTERN, String.valueOf(e.getMessage()));
        }
    }

    void addAll(List<Problem> more) {
        problems.addAll(more);
    }

    /** {@return the duration, if there is one and it may be used} */
    Optional<Duration> duration(String field, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            Duration duration = Durations.parse(text);
            if (duration.isZero()) {
                add(field, Durations.advice(text));
                return Optional.empty();
            }
            return Optional.of(duration);
        } catch (IllegalArgumentException e) {
            add(field, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    void memory(String field, @Nullable Quantity quantity) {
        if (quantity == null) {
            return;
        }
        try {
            if (Quantities.bytes(quantity) > 0) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Told below in our words.
        }
        add(
                field,
                "'" + quantity
                        + "' cannot be used: write an amount of memory above zero, for example 512Mi or 2Gi (not 512MB or 2gb)");
    }

    void between(String field, @Nullable Integer value, int least, int greatest) {
        if (value != null && (value < least || value > greatest)) {
            add(field, value + " is out of range: write a number between " + least + " and " + greatest);
        }
    }
}
