package dev.cachepolicy.pattern;

import static dev.cachepolicy.pattern.Patterns.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapturesTest {

    private static final int ROUNDS = Integer.getInteger("cachepolicy.rounds", 300) * 10;

    private static String captured(String pattern, String key) {
        Map<String, byte[]> captured = pattern(pattern).captured(key.getBytes(StandardCharsets.UTF_8));
        return captured == null
                ? "no match"
                : captured.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> entry.getKey() + "=" + new String(entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user-edit:{id}      | user-edit:17        | id=17
            user-edit:{id}      | user-edit:          | no match
            user-edit:{id}      | user-edit:1:2       | no match
            {a}:{b}             | é:y                 | a=é b=y
            {a}-{b}             | x-y-z               | a=x b=y-z
            {a}ab{b}ab          | xabyabzab           | a=x b=yabz
            *-{id}              | -7                  | id=7
            {id}-*              | 7-                  | id=7
            {id}:**             | 7:a:b               | id=7
            **                  | a:b                 | ''
            {a}x:{b}y           | 1xx:2yy             | a=1x b=2y
            """)
    void eachTakesAsLittleAsItCanTheFirstFirst(String pattern, String key, String expected) {
        assertThat(captured(pattern, key)).isEqualTo(expected);
    }

    @Test
    void aKeyIsCapturedWhenItMatchesAndMakesTheSameKeyAgain() throws InvalidPatternException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int matches = 0;
        for (int round = 0; round < ROUNDS; round++) {
            KeyPattern pattern = Patterns.random(random, "ab:", 6);
            byte[] key = Patterns.key(random, "ab:c", random.nextInt(12)).getBytes(StandardCharsets.UTF_8);
            Map<String, byte[]> captured = pattern.captured(key);
            String what = "seed " + seed + ": " + pattern + " and " + new String(key, StandardCharsets.UTF_8);
            assertThat(captured != null).as(what).isEqualTo(NaiveMatcher.matches(pattern, key));
            if (captured != null && !pattern.toString().contains("*")) {
                matches++;
                KeyTemplate template = KeyTemplate.parse(pattern.toString(), pattern.captures());
                assertThat(template.fill(captured)).as(what).isEqualTo(key);
            }
        }
        assertThat(matches).as("some matched").isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user:{id}               | user:7
            user:{id}:of:{id}{id}   | user:7:of:77
            \\{{id}\\}:*x           | '{7}:*x'
            everything              | everything
            """)
    void aTemplateIsFilledWithWhatWasCaptured(String template, String expected) throws InvalidPatternException {
        String written = template.replace(":*x", ":\\*x");
        KeyTemplate parsed = KeyTemplate.parse(written, List.of("id"));
        byte[] key = parsed.fill(Map.of("id", new byte[] {'7'}));
        assertThat(new String(key, StandardCharsets.UTF_8)).isEqualTo(expected);
        assertThat(NaiveMatcher.matches(parsed.pattern(), key)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user:{name}   | is no capture of the pattern of keys that are written: write {id}
            user:{id}:*   | only exact keys can be invalidated
            user:**       | only exact keys can be invalidated
            ''            | the pattern is empty
            cachepolicy:x | are reserved
            user:{id      | is not closed
            """)
    void aTemplateThatCannotBeFilledIsRefusedWithWhatToWrite(String template, String message) {
        assertThatThrownBy(() -> KeyTemplate.parse(template, List.of("id")))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining(message);
    }
}
