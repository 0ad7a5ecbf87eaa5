package dev.cachepolicy.pattern;

import static dev.cachepolicy.pattern.Patterns.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InclusionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # inner            | outer            | within
            user:{id}          | user:{id}        | true
            user:{id}          | user:{name}      | true
            user:{id}          | user:*           | true
            user:*             | user:{id}        | false
            user:{id}          | user:**          | true
            user:{id}:**       | user:**          | true
            user:**            | user:{id}:**     | false
            user:{id}          | **               | true
            **                 | user:**          | false
            users:1            | user:**          | false
            user:1             | user:{id}        | true
            user:              | user:{id}        | false
            user:a*            | user:{id}        | true
            a*b                | {x}              | true
            *a*                | {x}              | true
            *a*                | {x}a*            | false
            {x}a{y}            | *a*              | true
            a:*:b              | *:*:*            | true
            a:*                | *:*:*            | false
            *ab*ab             | *ab              | true
            *ab                | *ab*ab           | false
            a**                | a*               | false
            a*                 | a**              | true
            *a:b*              | *:*              | true
            """)
    void isExact(String inner, String outer, boolean within) {
        assertThat(pattern(inner).isWithin(pattern(outer))).isEqualTo(within);
    }

    static Stream<Long> seeds() {
        return Stream.of(1L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void saysWhatEnumeratingTheKeysSays(long seed) {
        Random random = new Random(seed);
        List<byte[]> keys = keys("ab:?", 7);
        int within = 0;
        for (int round = 0; round < 300; round++) {
            KeyPattern inner = Patterns.random(random, "ab:", 4);
            KeyPattern outer = round % 3 == 0 ? loosened(inner, random) : Patterns.random(random, "ab:", 4);
            boolean expected = keys.stream()
                    .noneMatch(key -> NaiveMatcher.matches(inner, key) && !NaiveMatcher.matches(outer, key));
            // A pattern of at most twelve bytes may need a longer key to tell: then only "within" can be wrong.
            if (!inner.isWithin(outer) && expected) {
                assertThat(longerKeyTells(inner, outer, random))
                        .as("seed %d: %s in %s", seed, inner, outer)
                        .isTrue();
            } else {
                assertThat(inner.isWithin(outer))
                        .as("seed %d: %s in %s", seed, inner, outer)
                        .isEqualTo(expected);
            }
            within += expected ? 1 : 0;
        }
        assertThat(within).as("seed %d: both answers occur", seed).isBetween(20, 280);
    }

    /** {@return a pattern in which one literal byte gave way to a star} */
    private static KeyPattern loosened(KeyPattern pattern, Random random) {
        String text = pattern.toString();
        int at = random.nextInt(text.length());
        try {
            return KeyPattern.parse(text.substring(0, at) + "*" + text.substring(at + 1));
        } catch (InvalidPatternException e) {
            return pattern;
        }
    }

    private static boolean longerKeyTells(KeyPattern inner, KeyPattern outer, Random random) {
        return Stream.generate(() -> instance(inner, random))
                .limit(20_000)
                .anyMatch(key -> !NaiveMatcher.matches(outer, key));
    }

    private static byte[] instance(KeyPattern pattern, Random random) {
        StringBuilder key = new StringBuilder();
        for (Part part : pattern.parts()) {
            key.append(
                    switch (part) {
                        case Part.Literal(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
                        case Part.Capture _ -> Patterns.key(random, "ab?", 1 + random.nextInt(3));
                        case Part.Star _ -> Patterns.key(random, "ab?", random.nextInt(3));
                        case Part.DoubleStar _ -> Patterns.key(random, "ab?:", random.nextInt(4));
                    });
        }
        return key.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> keys(String letters, int longest) {
        List<String> keys = new ArrayList<>(List.of(""));
        for (int from = 0, length = 1; length <= longest; length++) {
            int to = keys.size();
            for (; from < to; from++) {
                for (char letter : letters.toCharArray()) {
                    keys.add(keys.get(from) + letter);
                }
            }
        }
        return keys.stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*ab", "*a", "*abab*ba", "*aab*abb*bab", "*a:b*b"})
    void theLongestPatternsTakeAboutAStepForEachByte(String piece) {
        String text = piece.repeat(KeyPattern.MAX_BYTES / piece.length());
        short[] symbols = Symbols.of(pattern(text).parts());
        Inclusion inclusion = new Inclusion(symbols, symbols);

        assertThat(inclusion.holds()).isTrue();
        assertThat(inclusion.pairs()).isLessThanOrEqualTo(symbols.length + 5);
    }
}
