package dev.cachepolicy.operator.keeper;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do about the settings of a Redis: from what is wanted, what is there and what happened before to the CONFIG
 * SETs to send. Pure; {@link SettingsApplier} sends them and {@link Session} calls both.
 *
 * <p>A value that differs has one of three causes, and they want different things.
 *
 * <ol>
 *   <li><b>It was never ours</b>: first contact, a changed spec, a Redis restarted with its file's settings (a new
 *       run_id). It is applied. Nothing went wrong, so nothing is counted.
 *   <li><b>It was ours in this very process of Redis, and is no more</b>: somebody changed it. It is set again and counted
 *       as a correction. To tell this from the first, a {@link Track} remembers the value <i>proven</i> by reading it
 *       back, and forgets it with the run_id.
 *   <li><b>It keeps going away</b>: after {@code corrections} within {@code contention} another program is taken to hold
 *       the parameter. Two programs that both insist would flap a production Redis between two memory limits for ever, so
 *       this one gives in and says so. It tries again when people change what is wanted, or when the parameter stayed at
 *       our value for the contention time. That time does not run while the value is another's, and a restart of Redis
 *       gives it one more chance, but no new allowance of corrections.
 * </ol>
 *
 * <p>One change is never made: to lower maxmemory under what is in use when nothing may be evicted. Redis would accept
 * it, and from then on refuse every write of the application. The old value stays until memory has been freed; a limit
 * that is raised, or lowered where Redis may evict, passes.
 *
 * <p>The order of changes keeps every state between two of them harmless. To raise maxmemory comes first, so that a Redis
 * about to stop evicting has its room; to lower it comes last, when the policy that makes room is in force.
 *
 * @param changes in the order to send them
 * @param outcome once they are made
 * @param history once they are made
 * @param contended parameters given up just now
 */
record SettingsPlan(List<Change> changes, SettingsOutcome outcome, History history, List<String> contended) {

    /**
     * One CONFIG SET.
     *
     * @param drift whether the parameter had been as wanted before, in this process of Redis
     */
    record Change(String parameter, String found, String value, boolean drift) {}

    /** When to give in; see {@link KeeperOptions}. */
    record Patience(int corrections, Duration contention) {}

    /**
     * {@return what to do}
     *
     * @param used memory in use, in bytes
     * @param history as of these settings and this process of Redis, see {@link History#at}
     */
    static SettingsPlan decide(
            Wanted wanted,
            ActualSettings actual,
            long used,
            Authority authority,
            History history,
            Patience patience,
            Instant now) {
        if (wanted.nothing()) {
            return nothing(new SettingsOutcome.NothingWanted());
        }
        return switch (authority) {
            case Authority.Observer() -> nothing(new SettingsOutcome.Observed(wanted.differences(actual)));
            case Authority.HeldBy(String holder) ->
                nothing(new SettingsOutcome.Claimed(holder, wanted.differences(actual)));
            case Authority.Owner() -> new Draft(history, patience, now).plan(wanted, actual, used);
        };
    }

    private static SettingsPlan nothing(SettingsOutcome outcome) {
        return new SettingsPlan(List.of(), outcome, History.NONE, List.of());
    }

    /** {@return the history once only these of the changes are made} */
    History historyAfter(List<Change> made, History before) {
        History after = history;
        for (Change change : changes) {
            if (!made.contains(change)) {
                after = after.with(change.parameter(), before.of(change.parameter()));
            }
        }
        return after;
    }

    /** {@return the planned values by parameter, for a person to set where CONFIG cannot} */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        changes.forEach(change -> values.put(change.parameter(), change.value()));
        return values;
    }

    /** A plan in the making. */
    private static final class Draft {

        private final Patience patience;
        private final Instant now;
        private final List<Change> changes = new ArrayList<>();
        private final List<String> contended = new ArrayList<>();
        private History history;
        private SettingsOutcome outcome = new SettingsOutcome.Applied();

        Draft(History history, Patience patience, Instant now) {
            this.history = history;
            this.patience = patience;
            this.now = now;
        }

        SettingsPlan plan(Wanted wanted, ActualSettings actual, long used) {
            String policy = actual.evictionPolicy();
            if (wanted.evictionPolicy() != null && settle(Wanted.MAXMEMORY_POLICY, policy, wanted.evictionPolicy())) {
                policy = wanted.evictionPolicy();
            }
            Long maxMemory = wanted.maxMemory();
            if (maxMemory != null) {
                boolean lowers = maxMemory != 0 && (actual.maxMemory() == 0 || maxMemory < actual.maxMemory());
                if (lowers && maxMemory < used && policy.equals(Wanted.NOEVICTION)) {
                    report(new SettingsOutcome.MemoryInUse(maxMemory, actual.maxMemory(), used));
                } else {
                    settle(Wanted.MAXMEMORY, String.valueOf(actual.maxMemory()), String.valueOf(maxMemory));
                    if (!lowers) {
                        raiseFirst();
                    }
                }
            }
            return new SettingsPlan(List.copyOf(changes), outcome, history, List.copyOf(contended));
        }

        /** {@return whether the parameter has the value, or will have it by a change added here} */
        private boolean settle(String parameter, String found, String value) {
            Track track = history.of(parameter);
            if (found.equals(value)) {
                Track calm = track.agrees(value, now, patience.contention());
                history = history.with(parameter, calm);
                if (calm.contended()) {
                    report(contention(parameter, calm.calmSince()));
                }
                return true;
            }
            if (track.contended()) {
                history = history.with(parameter, track.disturbed());
                report(contention(parameter, null));
                return false;
            }
            boolean drift = value.equals(track.proven());
            if (drift && track.recentCorrections(now, patience.contention()) >= patience.corrections()) {
                history = history.with(parameter, track.contend());
                contended.add(parameter);
                report(contention(parameter, null));
                return false;
            }
            history = history.with(
                    parameter,
                    drift
                            ? track.corrected(value, now, patience.contention())
                            : track.agrees(value, now, patience.contention()));
            changes.add(new Change(parameter, found, value, drift));
            return true;
        }

        private SettingsOutcome contention(String parameter, @Nullable Instant calmSince) {
            return new SettingsOutcome.Contended(
                    parameter, calmSince == null ? null : calmSince.plus(patience.contention()));
        }

        /** A fight that somebody must end comes before memory that may become free by itself. */
        private void report(SettingsOutcome worse) {
            if (!(outcome instanceof SettingsOutcome.Contended)) {
                outcome = worse;
            }
        }

        private void raiseFirst() {
            changes.sort((one, other) -> Boolean.compare(
                    other.parameter().equals(Wanted.MAXMEMORY), one.parameter().equals(Wanted.MAXMEMORY)));
        }
    }
}
