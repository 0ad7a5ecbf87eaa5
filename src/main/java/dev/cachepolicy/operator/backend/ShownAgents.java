package dev.cachepolicy.operator.backend;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backend's status shows of its agents: pods that follow within {@link Patience#LIMIT} leave it as it is.
 *
 * <p>Not safe for use by several threads; JOSDK reconciles one backend on one thread at a time.
 */
final class ShownAgents {

    private @Nullable AgentTally shown;
    private Patience patience = Patience.NONE;

    /**
     * {@return what to show; null: what the status says still stands}
     *
     * @param tally as it is; null: heartbeats were not read yet
     * @param now monotonic, in nanoseconds
     */
    @Nullable
    AgentTally show(@Nullable AgentTally tally, long now) {
        if (tally == null || tally.equals(shown)) {
            patience = Patience.NONE;
        } else {
            patience = patience.begun(now);
            if (tally.behind() == 0 || patience.left(now).isZero()) {
                patience = Patience.NONE;
                shown = tally;
            }
        }
        return shown;
    }

    /** {@return when to look again at the latest, because something is held back; empty: nothing is} */
    Optional<Duration> held(long now) {
        return patience.since() == null ? Optional.empty() : Optional.of(patience.left(now));
    }
}
