package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which agents live. Only this process's clock counts: an agent lives while its sequence changes. One that is first seen
 * is taken to live, so that a restarted operator does not report every agent lost. Used by one thread.
 */
final class Heartbeats {

    private final Duration liveness;
    private final Duration trim;
    private final Map<String, Seen> byField = new HashMap<>();
    private @Nullable Instant observed;

    /** An entry as last read, and when it last changed; {@code heartbeat} is null if a stranger wrote it. */
    private record Seen(String text, @Nullable Heartbeat heartbeat, Instant changed) {}

    Heartbeats(Duration liveness, Duration trim) {
        this.liveness = liveness;
        this.trim = trim;
    }

    /** While Redis was away no agent could be heard, so that time counts against none. */
    void resume(Instant now) {
        if (observed != null) {
            Duration gap = Duration.between(observed, now);
            byField.replaceAll((field, seen) ->
                    new Seen(seen.text(), seen.heartbeat(), seen.changed().plus(gap)));
        }
    }

    /**
     * {@return the agents}
     *
     * @param entries of the hash; an agent missing from it stays until it would be silent for too long, because a Redis
     *     restarted empty has heard nobody yet
     */
    Map<Heartbeat.Agent, AgentObservation> observe(Map<String, String> entries, Instant now) {
        observed = now;
        entries.forEach((field, text) -> byField.compute(field, (_, old) -> next(old, text, now)));
        byField.entrySet()
                .removeIf(entry -> !entries.containsKey(entry.getKey()) && silentFor(entry.getValue(), liveness, now));
        Map<Heartbeat.Agent, AgentObservation> agents = new HashMap<>();
        byField.forEach((field, seen) -> {
            Optional<Heartbeat.Agent> agent = Heartbeat.Agent.parse(field);
            Heartbeat heartbeat = seen.heartbeat();
            if (agent.isPresent() && heartbeat != null) {
                agents.put(agent.get(), new AgentObservation(heartbeat, !silentFor(seen, liveness, now)));
            }
        });
        return agents;
    }

    /** {@return fields of entries that have not changed for so long that their pods must be gone} */
    List<String> silent(Instant now) {
        return byField.entrySet().stream()
                .filter(entry -> silentFor(entry.getValue(), trim, now))
                .map(Map.Entry::getKey)
                .toList();
    }

    void forget(List<String> fields) {
        fields.forEach(byField::remove);
    }

    private static Seen next(@Nullable Seen old, String text, Instant now) {
        if (old != null && old.text().equals(text)) {
            return old; // Most are, at each of the looks that one agent's announcement makes; reading one is not cheap.
        }
        Seen read = new Seen(text, Heartbeat.read(text).orElse(null), now);
        return old != null && sameBeat(old, read) ? new Seen(text, read.heartbeat(), old.changed()) : read;
    }

    private static boolean sameBeat(Seen old, Seen read) {
        if (old.heartbeat() == null || read.heartbeat() == null) {
            return old.text().equals(read.text());
        }
        return old.heartbeat().sequence() == read.heartbeat().sequence();
    }

    private static boolean silentFor(Seen seen, Duration time, Instant now) {
        return now.isAfter(seen.changed().plus(time));
    }
}
