package dev.cachepolicy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The definition of a match, by backtracking and without a thought for speed: what the real matcher is held against. */
final class NaiveMatcher {

    private NaiveMatcher() {}

    static boolean matches(KeyPattern pattern, byte[] key) {
        return !new String(key, StandardCharsets.ISO_8859_1).startsWith("cachepolicy:")
                && matches(pattern.parts(), 0, key, 0);
    }

    private static boolean matches(List<Part> parts, int part, byte[] key, int at) {
        if (part == parts.size()) {
            return at == key.length;
        }
        return switch (parts.get(part)) {
            case Part.Literal(byte[] bytes) ->
                literal(bytes, key, at) && matches(parts, part + 1, key, at + bytes.length);
            case Part.Capture _ -> run(parts, part, key, at, 1);
            case Part.Star _ -> run(parts, part, key, at, 0);
            case Part.DoubleStar _ -> true;
        };
    }

    private static boolean literal(byte[] bytes, byte[] key, int at) {
        if (at + bytes.length > key.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != key[at + i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean run(List<Part> parts, int part, byte[] key, int at, int least) {
        for (int end = at; end <= key.length; end++) {
            if (end - at >= least && matches(parts, part + 1, key, end)) {
                return true;
            }
            if (end < key.length && key[end] == ':') {
                return false;
            }
        }
        return false;
    }

    /** {@return the index of the most specific pattern that matches, or {@link PatternMatcher#NONE}} */
    static int match(List<KeyPattern> patterns, byte[] key) {
        int best = PatternMatcher.NONE;
        for (int i = 0; i < patterns.size(); i++) {
            if (matches(patterns.get(i), key)
                    && (best == PatternMatcher.NONE || patterns.get(i).compareTo(patterns.get(best)) < 0)) {
                best = i;
            }
        }
        return best;
    }
}
