package dev.cachepolicy.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternMatcherConcurrencyTest {

    private static final int THREADS = 4;

    @ParameterizedTest
    @ValueSource(ints = {0, 2_000, PatternMatcher.DEFAULT_BUDGET})
    void threadsThatMakeStatesTogetherAllFindTheSame(int budget) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < 100; round++) {
                List<KeyPattern> patterns = IntStream.range(0, 30)
                        .mapToObj(_ -> Patterns.random(random, "ab:", 6))
                        .toList();
                List<byte[]> keys = IntStream.range(0, 50)
                        .mapToObj(_ -> Patterns.key(random, "ab:", 10).getBytes(StandardCharsets.UTF_8))
                        .toList();
                List<Integer> expected = keys.stream()
                        .map(key -> NaiveMatcher.match(patterns, key))
                        .toList();
                PatternMatcher matcher = PatternMatcher.of(patterns, budget);
                CyclicBarrier together = new CyclicBarrier(THREADS);
                List<Future<List<Integer>>> found = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    found.add(threads.submit(() -> {
                        together.await();
                        return keys.stream()
                                .map(key -> matcher.match(key, 0, key.length))
                                .toList();
                    }));
                }
                for (Future<List<Integer>> one : found) {
                    assertThat(one.get()).as("seed %d, round %d", seed, round).isEqualTo(expected);
                }
            }
        }
    }
}
