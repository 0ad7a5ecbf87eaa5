package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.operator.keeper.SettingsPlan.Change;
import dev.cachepolicy.redis.RedisAdmin;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.RedisFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a plan's CONFIG SETs and proves each by reading it back. */
final class SettingsApplier {

    private SettingsApplier() {}

    /**
     * How far a plan came.
     *
     * @param outcome the plan's own, unless Redis refused
     * @param made changes that were answered OK
     */
    record Result(SettingsOutcome outcome, List<Change> made) {}

    /** @throws RedisAdminException if Redis was lost meanwhile; what it refused is part of the result */
    static Result apply(SettingsPlan plan, RedisAdmin redis) throws RedisAdminException {
        List<Change> made = new ArrayList<>();
        for (Change change : plan.changes()) {
            try {
                redis.configSet(change.parameter(), change.value());
                made.add(change);
                String proof = redis.configGet(change.parameter());
                if (!change.value().equals(proof)) {
                    return new Result(unproven(change, proof), List.copyOf(made));
                }
            } catch (RedisAdminException e) {
                return new Result(refusal(plan, change, e), List.copyOf(made));
            }
        }
        return new Result(plan.outcome(), List.copyOf(made));
    }

    private static SettingsOutcome unproven(Change change, @Nullable String proof) {
        return new SettingsOutcome.Failed("CONFIG SET " + change.parameter() + " " + change.value()
                + " was answered OK, but CONFIG GET says " + proof);
    }

    private static SettingsOutcome refusal(SettingsPlan plan, Change change, RedisAdminException e)
            throws RedisAdminException {
        return e.failure() instanceof RedisFailure.UnknownCommand
                ? new SettingsOutcome.ConfigCommandUnavailable(plan.values())
                : refusal("CONFIG SET " + change.parameter() + " " + change.value(), e);
    }

    /**
     * {@return what a refusal of Redis means for the settings}
     *
     * @throws RedisAdminException if it was not a refusal: Redis is unavailable
     */
    static SettingsOutcome refusal(String what, RedisAdminException e) throws RedisAdminException {
        if (e.failure().unavailable()) {
            throw e;
        }
        return e.failure() instanceof RedisFailure.NotPermitted denied
                ? new SettingsOutcome.NotPermitted(denied.rule())
                : new SettingsOutcome.Failed(what + ": " + e.getMessage());
    }
}
