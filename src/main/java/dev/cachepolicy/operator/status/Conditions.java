package dev.cachepolicy.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the conditions of one status in the order in which they are set. As {@code metav1.Condition} wants,
 * {@code lastTransitionTime} is the time of the last change of {@code status}; a new reason or message keeps it. So the
 * same findings give the same list, whatever the clock says.
 */
public final class Conditions {

    public static final String ACCEPTED = "Accepted";
    public static final String READY = "Ready";
    public static final String STALLED = "Stalled";

    private static final int MAX_MESSAGE = 2048;

    private final @Nullable Long generation;
    private final List<Condition> before;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();

    /**
     * @param generation of the resource that the conditions speak of
     * @param before the conditions that stand in the resource's status
     */
    public Conditions(@Nullable Long generation, @Nullable List<Condition> before, Instant now) {
        this.generation = generation;
        this.before = before == null ? List.of() : before;
        this.now = now;
    }

    /** What is known of one aspect: the part of a condition that does not depend on time. */
    public record Finding(Status status, String reason, String message) {

        public static Finding yes(String reason, String message) {
            return new Finding(Status.True, reason, message);
        }

        public static Finding no(String reason, String message) {
            return new Finding(Status.False, reason, message);
        }

        public static Finding unknown(String reason, String message) {
            return new Finding(Status.Unknown, reason, message);
        }

        /** {@return what a condition says} */
        public static Finding of(Condition condition) {
            return new Finding(Status.valueOf(condition.getStatus()), condition.getReason(), condition.getMessage());
        }

        public boolean isTrue() {
            return status == Status.True;
        }
    }

    /** The values of a condition's status. */
    public enum Status {
        True,
        False,
        Unknown
    }

    /** Adds a condition. {@return this} */
    public Conditions set(String type, Finding finding) {
        String status = finding.status().name();
        String since = find(before, type)
                .filter(old -> status.equals(old.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.add(new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(finding.reason())
                .withMessage(bounded(finding.message()))
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build());
        return this;
    }

    /**
     * Adds {@code Ready}: true if all of the parts are, otherwise the first that is not says why.
     *
     * @param type the condition to add
     * @param whole what holds if all of the parts are true
     * @param parts by type, in the order of their weight
     */
    public Conditions summarize(String type, Finding whole, List<String> parts) {
        for (String part : parts) {
            Condition found = find(conditions, part).orElseThrow();
            if (!found.getStatus().equals(Status.True.name())) {
                return set(type, new Finding(Status.valueOf(found.getStatus()), found.getReason(), found.getMessage()));
            }
        }
        return set(type, whole);
    }

    /** {@return the conditions in the order in which they were set} */
    public List<Condition> toList() {
        return List.copyOf(conditions);
    }

    /** {@return the condition of a type} */
    public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    private static String bounded(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 3) + "...";
    }
}
