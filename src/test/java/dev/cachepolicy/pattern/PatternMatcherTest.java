package dev.cachepolicy.pattern;

import static dev.cachepolicy.pattern.Patterns.pattern;
import static dev.cachepolicy.pattern.Patterns.patterns;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternMatcherTest {

    private static final int ROUNDS = Integer.getInteger("cachepolicy.rounds", 300);

    static Stream<Long> seeds() {
        return Stream.of(1L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void findsWhatTheDefinitionFinds(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String letters = random.nextBoolean() ? "ab:" : "abcx:{*\\é".replaceAll("[{*\\\\]", "");
            List<KeyPattern> patterns = IntStream.rangeClosed(0, random.nextInt(20))
                    .mapToObj(_ -> Patterns.random(random, letters, 6))
                    .toList();
            // No budget, one that ends somewhere, and one that never does.
            List<PatternMatcher> matchers = Stream.of(0, random.nextInt(4000), PatternMatcher.DEFAULT_BUDGET)
                    .map(budget -> PatternMatcher.of(patterns, budget))
                    .toList();
            for (int i = 0; i < 60; i++) {
                byte[] key =
                        Patterns.key(random, letters + "?", random.nextInt(12)).getBytes(StandardCharsets.UTF_8);
                int expected = NaiveMatcher.match(patterns, key);
                for (PatternMatcher matcher : matchers) {
                    assertThat(matcher.match(key, 0, key.length))
                            .as("seed %d: %s in %s", seed, new String(key, StandardCharsets.UTF_8), patterns)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void looksAtTheGivenBytesAlone() {
        byte[] buffer = "GET user:17 user:".getBytes(StandardCharsets.UTF_8);
        PatternMatcher matcher = PatternMatcher.of(patterns("user:{id}"));

        assertThat(matcher.match(buffer, 4, 11)).isZero();
        assertThat(matcher.match(buffer, 4, 9)).isEqualTo(PatternMatcher.NONE);
        assertThat(matcher.match(buffer, 12, 17)).isEqualTo(PatternMatcher.NONE);
    }

    @Test
    void keysAreBytesAndNeedNotBeText() {
        byte[] key = {'a', ':', (byte) 0xff, 0, '\r', '\n', (byte) 0x80};

        assertThat(PatternMatcher.of(patterns("a:{id}")).match(key, 0, key.length))
                .isZero();
        assertThat(PatternMatcher.of(patterns("ÿ")).match(new byte[] {(byte) 0xff}, 0, 1))
                .isEqualTo(PatternMatcher.NONE);
    }

    @Test
    void ofEqualPatternsTheFirstIsFound() {
        byte[] key = "user:1".getBytes(StandardCharsets.UTF_8);

        assertThat(PatternMatcher.of(patterns("**", "user:{a}", "user:{b}")).match(key, 0, key.length))
                .isEqualTo(1);
    }

    @Test
    void aPatternMayEndWhereAnotherGoesOn() {
        PatternMatcher matcher = PatternMatcher.of(patterns("user:admin", "user"));

        assertThat(match(matcher, "user")).isEqualTo(1);
        assertThat(match(matcher, "user:admin")).isZero();
        assertThat(match(matcher, "user:")).isEqualTo(PatternMatcher.NONE);
        assertThat(match(matcher, "user:admins")).isEqualTo(PatternMatcher.NONE);
    }

    @Test
    void whatIsCertainAlreadyTellsStatesApart() {
        // Behind "a:" and "ay:" the same nodes are left, but a{x}:** is certain for the second alone.
        PatternMatcher matcher = PatternMatcher.of(patterns("a*:d", "a{x}:**"));

        assertThat(match(matcher, "a:e")).isEqualTo(PatternMatcher.NONE);
        assertThat(match(matcher, "ay:e")).isEqualTo(1);
        assertThat(match(matcher, "ay:d")).isZero();
    }

    @Test
    void aNodeReachedOnManyWaysIsInASetOnce() {
        PatternTrie trie = new PatternTrie(patterns("*a".repeat(20) + "*b"));
        NodeSet set = new NodeSet(trie);
        set.enter(PatternTrie.ROOT, PatternTrie.NONE);

        for (int i = 0; i < 20; i++) {
            set.step('a');
            assertThat(set.toArray()).doesNotHaveDuplicates();
        }
    }

    @Test
    void aKeyIsFollowedNoFurtherThanItMatters() {
        NodeSet set = new NodeSet(new PatternTrie(patterns("**", "*a*b*")));
        set.enter(PatternTrie.ROOT, PatternTrie.NONE);

        set.step('a');

        assertThat(set.isEmpty()).as("** is certain, and better").isTrue();
        assertThat(set.accept()).isZero();
    }

    private static int match(PatternMatcher matcher, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return matcher.match(bytes, 0, bytes.length);
    }

    @Test
    void withoutPatternsNothingMatches() {
        assertThat(PatternMatcher.of(List.of()).match(new byte[] {'a'}, 0, 1)).isEqualTo(PatternMatcher.NONE);
        assertThat(PatternMatcher.of(List.of()).match(new byte[0], 0, 0)).isEqualTo(PatternMatcher.NONE);
    }

    @Test
    void tenThousandOrdinaryPatternsStayWellWithinTheBudget() {
        List<KeyPattern> patterns = IntStream.range(0, 10_000)
                .mapToObj(i -> pattern("service-%04d:user:{id}".formatted(i)))
                .toList();
        PatternMatcher matcher = PatternMatcher.of(patterns);

        for (int i = 0; i < 10_000; i++) {
            byte[] key = "service-%04d:user:%d".formatted(i, i * 7919L).getBytes(StandardCharsets.UTF_8);
            assertThat(matcher.match(key, 0, key.length)).isEqualTo(i);
        }

        // The root, four digits of branching, and for each pattern the run to its id, and the id.
        assertThat(matcher.states()).isLessThanOrEqualTo(1 + 1_111 + 2 * 10_000 + 1);
        assertThat(matcher.footprint()).isLessThan(PatternMatcher.DEFAULT_BUDGET * 2 / 3);
    }

    @Test
    void keysOfOneFormShareTheirStatesHoweverManyPatternsThereAre() {
        List<KeyPattern> patterns = IntStream.range(0, 10_000)
                .mapToObj(i -> pattern("service-%04d:user:{id}".formatted(i)))
                .toList();
        PatternMatcher matcher = PatternMatcher.of(patterns);

        for (int i = 0; i < 10_000; i++) {
            byte[] key = ("service-0042:user:" + i).getBytes(StandardCharsets.UTF_8);
            assertThat(matcher.match(key, 0, key.length)).isEqualTo(42);
        }

        assertThat(matcher.states()).isLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "a:"})
    void manyStarsEndAtTheBudgetAndAreStillRight(String letters) {
        Random random = new Random(3);
        List<KeyPattern> patterns = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 12; j++) {
                text.append(j % 3 == 0 ? "*" : "").append("abc".charAt(random.nextInt(3)));
            }
            patterns.add(pattern(text + "*x"));
        }
        int budget = 200_000;
        PatternMatcher matcher = PatternMatcher.of(patterns, budget);

        for (int i = 0; i < 300; i++) {
            byte[] key = Patterns.key(random, letters + "bcx", 40).getBytes(StandardCharsets.UTF_8);
            assertThat(matcher.match(key, 0, key.length)).isEqualTo(NaiveMatcher.match(patterns, key));
        }

        assertThat(matcher.footprint()).isBetween(budget / 4L, (long) budget);
    }
}
