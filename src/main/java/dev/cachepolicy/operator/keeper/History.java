package dev.cachepolicy.operator.keeper;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the parameters of one Redis went through.
 *
 * @param wanted the settings that the tracks speak of; others begin anew
 * @param runId of the process that the proven values were seen in
 */
record History(@Nullable Wanted wanted, String runId, Map<String, Track> tracks) {

    static final History NONE = new History(null, "", Map.of());

    History {
        tracks = Map.copyOf(tracks);
    }

    Track of(String parameter) {
        return tracks.getOrDefault(parameter, Track.NEW);
    }

    History with(String parameter, Track track) {
        Map<String, Track> changed = new HashMap<>(tracks);
        changed.put(parameter, track);
        return new History(wanted, runId, changed);
    }

    /** {@return this, as far as it still speaks of these settings and this process of Redis} */
    History at(Wanted newWanted, String newRunId) {
        if (!newWanted.equals(wanted)) {
            return new History(newWanted, newRunId, Map.of());
        }
        if (Objects.equals(newRunId, runId)) {
            return this;
        }
        Map<String, Track> restarted = new HashMap<>();
        tracks.forEach((parameter, track) -> restarted.put(parameter, track.restarted()));
        return new History(wanted, newRunId, restarted);
    }
}
