package dev.cachepolicy.operator.keeper;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of the wanted settings at the last look. Where several hold, the one that a person must act upon. */
public sealed interface SettingsOutcome {

    /** Redis has what is wanted, read back from it. */
    record Applied() implements SettingsOutcome {}

    /** The backend wants nothing of these settings. */
    record NothingWanted() implements SettingsOutcome {}

    /**
     * Observe: nothing is written.
     *
     * @param differences sentences such as {@code maxmemory is 0, wanted 536870912}; empty: none
     */
    record Observed(List<String> differences) implements SettingsOutcome {}

    /**
     * Another backend manages this Redis; this one only observes.
     *
     * @param holder who, in words
     */
    record Claimed(String holder, List<String> differences) implements SettingsOutcome {}

    /**
     * This Redis has no CONFIG command.
     *
     * @param parameters to set by hand, by name
     */
    record ConfigCommandUnavailable(Map<String, String> parameters) implements SettingsOutcome {}

    /**
     * The operator's user may not do what is needed.
     *
     * @param missing ACL rules such as {@code +config|set}
     */
    record NotPermitted(String missing) implements SettingsOutcome {}

    /**
     * Another program keeps changing a parameter; it is left alone until the wanted settings change, or until it was at
     * the wanted value for the contention time.
     *
     * @param until when that time ends; null: the parameter is not at the wanted value
     */
    record Contended(String parameter, @Nullable Instant until) implements SettingsOutcome {}

    /**
     * maxmemory was not lowered: more is in use, and nothing may be evicted. All in bytes.
     *
     * @param kept the maxmemory left as it was; 0: no limit
     */
    record MemoryInUse(long wanted, long kept, long used) implements SettingsOutcome {}

    /** Redis refused for another reason, given in words. */
    record Failed(String message) implements SettingsOutcome {}
}
