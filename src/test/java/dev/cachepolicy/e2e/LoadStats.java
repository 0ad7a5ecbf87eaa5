package dev.cachepolicy.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What an application under load counted, see {@code load.mjs}. */
record LoadStats(long hits, long misses, long connectionErrors, Counts get, Counts set, Counts del) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of one command. */
    record Counts(long done, long errors, double slowestMillis, String lastError) {

        Counts plus(Counts other) {
            return new Counts(
                    done + other.done,
                    errors + other.errors,
                    Math.max(slowestMillis, other.slowestMillis),
                    other.lastError.isEmpty() ? lastError : other.lastError);
        }
    }

    static LoadStats parse(String json) {
        try {
            return JSON.readValue(json, LoadStats.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not what load.mjs writes: " + json, e);
        }
    }

    LoadStats plus(LoadStats other) {
        return new LoadStats(
                hits + other.hits,
                misses + other.misses,
                connectionErrors + other.connectionErrors,
                get.plus(other.get),
                set.plus(other.set),
                del.plus(other.del));
    }

    long commands() {
        return get.done + set.done + del.done;
    }

    long errors() {
        return get.errors + set.errors + del.errors;
    }
}
