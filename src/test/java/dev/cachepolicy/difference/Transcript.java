package dev.cachepolicy.difference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What every client received, step by step. */
final class Transcript {

    static final String CLOSED = "<closed>";
    static final String NO_REPLY = "<no reply>";

    private final List<Map<Integer, String>> steps = new ArrayList<>();

    void begin() {
        steps.add(new TreeMap<>());
    }

    void received(int client, String bytes) {
        steps.getLast().merge(client, bytes, String::concat);
    }

    int size() {
        return steps.size();
    }

    Map<Integer, String> step(int index) {
        return index < steps.size() ? steps.get(index) : Map.of();
    }

    boolean isComplete() {
        return steps.isEmpty() || steps.getLast().values().stream().noneMatch(bytes -> bytes.endsWith(NO_REPLY));
    }
}
