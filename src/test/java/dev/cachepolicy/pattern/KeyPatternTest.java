package dev.cachepolicy.pattern;

import static dev.cachepolicy.pattern.Patterns.pattern;
import static dev.cachepolicy.pattern.Patterns.patterns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPatternTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            # pattern          | key                | matches
            user:{id}          | user:1             | true
            user:{id}          | user:              | false
            user:{id}          | user:1:2           | false
            user:{id}          | xuser:1            | false
            user:{id}          | User:1             | false
            user:*             | user:              | true
            user:*             | user:1             | true
            user:*             | user:1:2           | false
            user:**            | user:              | true
            user:**            | user:1:2           | true
            user:**            | user               | false
            **                 | ""                 | true
            **                 | a:b:c              | true
            *                  | ""                 | true
            *                  | :                  | false
            {id}               | ""                 | false
            user:{id}:name     | user:1:name        | true
            user:{id}:name     | user::name         | false
            user:*:name        | user::name         | true
            *a*a               | aa                 | true
            *a*a               | abababa            | true
            *a*a               | a                  | false
            {x}a               | aa                 | true
            {x}a               | a                  | false
            user:\\{{id}\\}    | user:{7}           | true
            user:\\{{id}\\}    | user:7             | false
            a\\*b              | a*b                | true
            a\\*b              | axb                | false
            a\\\\b             | "a\\b"             | true
            größe:{id}         | größe:ü            | true
            a?c                | abc                | false
            a.c                | abc                | false
            [ab]               | a                  | false
            """)
    void matchesByItsParts(String text, String key, boolean matches) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);

        assertThat(PatternMatcher.of(patterns(text)).match(bytes, 0, bytes.length))
                .isEqualTo(matches ? 0 : PatternMatcher.NONE);
        assertThat(NaiveMatcher.matches(pattern(text), bytes)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                | write one for your keys, for example user:{id}, or ** for every key
            user:{            | write {name} for a capture, or \\{ for a brace that is part of the key
            user:{}           | write a name of letters, digits and _
            user:{1a}         | write a name of letters, digits and _
            user:{a-b}        | write a name of letters, digits and _
            user:{a{b}}       | write a name of letters, digits and _
            {id}:{id}         | give the second another name, for example {id2}
            user:**:x         | write * or {name} for one part between colons
            user:***          | write * or {name} for one part between colons
            user:{a}{b}       | write one of them, or a literal such as ':' between them
            user:*{b}         | write one of them, or a literal such as ':' between them
            user:{a}**        | write one of them, or a literal such as ':' between them
            user:\\n          | write \\\\ for a backslash itself
            user:\\           | write \\\\ for a backslash itself
            cachepolicy:x     | write a pattern for your own keys, for example user:{id}
            cachepolicy:**    | write a pattern for your own keys, for example user:{id}
            """)
    void saysWhatToWriteInstead(String text, String sentence) {
        assertThatThrownBy(() -> KeyPattern.parse(text))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user:\t{id}", "user\n", "a\u007f", "\u0000"})
    void controlCharactersAreRefused(String text) {
        assertThatThrownBy(() -> KeyPattern.parse(text)).hasMessageContaining("write printable characters");
    }

    @Test
    void lengthIsCountedInBytes() {
        assertThat(pattern("é".repeat(128)).literalPrefix()).isEqualTo(256);
        assertThatThrownBy(() -> KeyPattern.parse("é".repeat(128) + "x"))
                .hasMessageContaining("the pattern has 257 bytes: write at most 256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cachepolicy", "cachepolic*", "{a}:b", "*:b", "**"})
    void reservedKeysMatchNothing(String text) {
        byte[] key = "cachepolicy:b".getBytes(StandardCharsets.UTF_8);

        assertThat(PatternMatcher.of(patterns(text)).match(key, 0, key.length)).isEqualTo(PatternMatcher.NONE);
    }

    @Test
    void specificPatternsComeFirst() {
        List<KeyPattern> ordered = patterns(
                "user:admin:{id}", // the longest literal prefix
                "user:x", // of the next, the longer
                "user:{id}",
                "user:*", // a capture needs a byte
                "user:**",
                "user:{id}:x:*", // fewer wildcards come first
                "user:*:{x}:y:{z}",
                "user",
                "us{x}",
                "us{x}:*",
                "us{x}:abc:**", // more literal bytes, but an open end
                "{a}:x", // more literal bytes
                "*:x",
                "{a}",
                "*",
                "**",
                "{a}:{b}");
        List<KeyPattern> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(1));

        Collections.sort(shuffled);

        assertThat(shuffled).containsExactlyElementsOf(ordered);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user:{id}     | user:{name}   | true
            user:{id}     | user:*        | false
            a\\{b         | a\\{b         | true
            a\\*b         | a*b           | false
            {a}:{b}       | {b}:{a}       | true
            """)
    void patternsAreEqualWhateverTheirCapturesAreCalled(String one, String other, boolean equal) {
        assertThat(pattern(one).equals(pattern(other))).isEqualTo(equal);
        assertThat(pattern(one).compareTo(pattern(other)) == 0).isEqualTo(equal);
        assertThat(pattern(one).hashCode() == pattern(other).hashCode()).isEqualTo(equal);
    }

    @Test
    void capturesAreNamedInOrder() {
        assertThat(pattern("a:{x}:*:{y}:**").captures()).containsExactly("x", "y");
    }
}
