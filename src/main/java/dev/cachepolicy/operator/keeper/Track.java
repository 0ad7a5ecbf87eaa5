package dev.cachepolicy.operator.keeper;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one parameter went through since the wanted settings last changed.
 *
 * @param proven the value that this process of Redis was last seen to have as wanted; null: not yet
 * @param corrections when it was set again after it had drifted, oldest first
 * @param contended whether another program is taken to hold it
 * @param calmSince while contended, since when it has been at the wanted value; null: it is not
 */
record Track(
        @Nullable String proven,
        List<Instant> corrections,
        boolean contended,
        @Nullable Instant calmSince) {

    static final Track NEW = new Track(null, List.of(), false, null);

    /** A restarted Redis has the settings of its file, which is nobody's doing. */
    Track restarted() {
        return new Track(null, corrections, false, null);
    }

    /** The parameter was found, or proved, to be as wanted. */
    Track agrees(String value, Instant now, Duration contention) {
        if (!contended) {
            return new Track(value, corrections, false, null);
        }
        Instant since = calmSince == null ? now : calmSince;
        return now.isBefore(since.plus(contention))
                ? new Track(value, corrections, true, since)
                : new Track(value, List.of(), false, null);
    }

    /** The parameter was found to differ while another program holds it. */
    Track disturbed() {
        return new Track(proven, corrections, contended, null);
    }

    Track corrected(String value, Instant now, Duration contention) {
        return new Track(
                value, Stream.concat(recent(now, contention), Stream.of(now)).toList(), false, null);
    }

    Track contend() {
        return new Track(proven, corrections, true, null);
    }

    long recentCorrections(Instant now, Duration contention) {
        return recent(now, contention).count();
    }

    private Stream<Instant> recent(Instant now, Duration contention) {
        return corrections.stream().filter(when -> when.isAfter(now.minus(contention)));
    }
}
