package dev.cachepolicy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PatternSetTest {

    private static final int ROUNDS = Integer.getInteger("cachepolicy.rounds", 300);

    @Test
    void findsAllThatTheDefinitionFinds() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int several = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<KeyPattern> patterns = IntStream.range(0, random.nextInt(20))
                    .mapToObj(_ -> Patterns.random(random, "ab:", 6))
                    .toList();
            PatternSet set = PatternSet.of(patterns);
            for (int i = 0; i < 60; i++) {
                byte[] key = Patterns.key(random, "ab:?", random.nextInt(12)).getBytes(StandardCharsets.UTF_8);
                List<Integer> expected = IntStream.range(0, patterns.size())
                        .filter(index -> NaiveMatcher.matches(patterns.get(index), key))
                        .boxed()
                        .toList();
                several += expected.size() > 1 ? 1 : 0;
                assertThat(set.matches(key))
                        .as("seed %d: %s in %s", seed, new String(key, StandardCharsets.UTF_8), patterns)
                        .isEqualTo(expected);
            }
        }
        assertThat(several).as("keys that more than one matched").isPositive();
    }

    @Test
    void reservedKeysMatchNothing() {
        byte[] key = "cachepolicy:owner".getBytes(StandardCharsets.UTF_8);
        assertThat(PatternSet.of(Patterns.patterns("**")).matches(key)).isEmpty();
    }
}
