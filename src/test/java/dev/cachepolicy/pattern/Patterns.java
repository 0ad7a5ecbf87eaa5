package dev.cachepolicy.pattern;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Patterns and keys for tests. */
final class Patterns {

    private Patterns() {}

    static KeyPattern pattern(String text) {
        try {
            return KeyPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new AssertionError(text, e);
        }
    }

    static List<KeyPattern> patterns(String... texts) {
        return Arrays.stream(texts).map(Patterns::pattern).toList();
    }

    /**
     * {@return a pattern of a few parts over few letters, so that matches are likely}
     *
     * @param letters what literals are made of
     */
    static KeyPattern random(Random random, String letters, int maxParts) {
        StringBuilder text = new StringBuilder();
        int parts = 1 + random.nextInt(maxParts);
        boolean wildcard = random.nextBoolean();
        for (int part = 0; part < parts; part++) {
            if (!wildcard) {
                text.append(key(random, letters, 1 + random.nextInt(3)));
            } else {
                switch (random.nextInt(part == parts - 1 ? 3 : 2)) {
                    case 0 -> text.append('*');
                    case 1 -> text.append("{c").append(part).append('}');
                    default -> text.append("**");
                }
            }
            wildcard = !wildcard;
        }
        return pattern(text.toString());
    }

    static String key(Random random, String letters, int length) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < length; i++) {
            key.append(letters.charAt(random.nextInt(letters.length())));
        }
        return key.toString();
    }
}
