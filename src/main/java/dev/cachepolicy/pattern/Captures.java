package dev.cachepolicy.pattern;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the captures of a pattern stand for in a key. Where there is a choice, as for <code>{a}-{b}</code> in {@code x-y-z},
 * each takes as little as it can, the first first.
 *
 * <p>Takes time at most in the product of the key's and the pattern's lengths: no wildcard crosses a colon, so the colons
 * of the two are aligned, and between them it is enough to lengthen the last wildcard. What comes before it already stands
 * as far to the left as it can.
 */
final class Captures {

    private final List<Part> parts;
    private final byte[] key;

    /** Where each part begins. */
    private final int[] begins;

    private Captures(List<Part> parts, byte[] key) {
        this.parts = parts;
        this.key = key;
        this.begins = new int[parts.size() + 1];
    }

    /** {@return what the captures stand for, by their names; null: the key does not match} */
    static @Nullable Map<String, byte[]> of(List<Part> parts, byte[] key) {
        Captures captures = new Captures(parts, key);
        return captures.matches() ? captures.values() : null;
    }

    private boolean matches() {
        int part = 0;
        int at = 0;
        int wildcard = -1;
        while (part < parts.size() || at < key.length) {
            begins[part] = at;
            int next = part < parts.size() ? end(parts.get(part), at) : -1;
            if (next >= 0) {
                wildcard = parts.get(part) instanceof Part.Literal ? wildcard : part;
                at = next;
                part++;
            } else if (wildcard >= 0 && begins[wildcard + 1] < key.length && key[begins[wildcard + 1]] != ':') {
                part = wildcard + 1;
                at = begins[part] + 1;
            } else {
                return false;
            }
        }
        begins[part] = at;
        return true;
    }

    /** {@return where a part ends that begins at a position and is as short as can be, or -1: it cannot stand there} */
    private int end(Part part, int at) {
        return switch (part) {
            case Part.Literal(byte[] bytes) -> {
                int end = at + bytes.length;
                yield end <= key.length && Arrays.equals(key, at, end, bytes, 0, bytes.length) ? end : -1;
            }
            case Part.Capture _ -> at < key.length && key[at] != ':' ? at + 1 : -1;
            case Part.Star _ -> at;
            case Part.DoubleStar _ -> key.length;
        };
    }

    private Map<String, byte[]> values() {
        Map<String, byte[]> values = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Part.Capture(String name)) {
                values.put(name, Arrays.copyOfRange(key, begins[i], begins[i + 1]));
            }
        }
        return values;
    }
}
