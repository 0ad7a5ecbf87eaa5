package dev.cachepolicy.pattern;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key pattern: literal bytes, {@code {name}} (a capture: one or more bytes other than {@code :}), {@code *} (any run
 * without {@code :}), {@code **} (any run, at the end only). A backslash makes the next of <code>{ } * \</code> literal,
 * as Redis hash tags need. There are no regular expressions, so no pattern can be slow.
 *
 * <p>The natural order is specificity: when several patterns match a key, the least one wins. It is total over patterns
 * that differ in more than the names of their captures.
 */
public final class KeyPattern implements Comparable<KeyPattern> {

    /** Longest pattern, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    private final String text;
    private final List<Part> parts;
    private final String canonical;
    private final int literalPrefix;
    private final int literalBytes;
    private final int wildcards;
    private final int captures;

    KeyPattern(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
        this.literalPrefix = parts.getFirst().literalBytes();
        StringBuilder written = new StringBuilder();
        int literal = 0;
        int wild = 0;
        int captured = 0;
        for (Part part : parts) {
            written.append(part.canonical());
            literal += part.literalBytes();
            wild += part instanceof Part.Wildcard ? 1 : 0;
            captured += part instanceof Part.Capture ? 1 : 0;
        }
        this.canonical = written.toString();
        this.literalBytes = literal;
        this.wildcards = wild;
        this.captures = captured;
    }

    /**
     * {@return the pattern that a text stands for}
     *
     * @throws InvalidPatternException if it breaks the grammar; the message says what to write instead
     */
    public static KeyPattern parse(String text) throws InvalidPatternException {
        return new PatternParser(text, false).parse();
    }

    /** {@return the parts in order; no two wildcards are neighbours, and no two literals} */
    List<Part> parts() {
        return parts;
    }

    /** {@return the names of the captures, in order} */
    public List<String> captures() {
        return parts.stream()
                .filter(Part.Capture.class::isInstance)
                .map(part -> ((Part.Capture) part).name())
                .toList();
    }

    /**
     * {@return what the captures stand for in a key, by their names; null: it does not match} Where there is a choice each
     * takes as few bytes as it can, the first first.
     */
    public @Nullable Map<String, byte[]> captured(byte[] key) {
        return Captures.of(parts, key);
    }

    /**
     * {@return a text that two patterns share exactly when they match the same keys by the same parts, whatever their
     * captures are called}
     */
    public String canonical() {
        return canonical;
    }

    /** {@return how many bytes every matching key begins with} */
    public int literalPrefix() {
        return literalPrefix;
    }

    /** {@return how many captures, {@code *} and {@code **} there are} */
    public int wildcards() {
        return wildcards;
    }

    /**
     * Longer literal prefix first, then fewer wildcards. The rest only makes the order total: a pattern without
     * {@code **} before one with it, more literal bytes, captures (which need a byte) before stars, and the text.
     */
    @Override
    public int compareTo(KeyPattern other) {
        int order = Integer.compare(other.literalPrefix, literalPrefix);
        order = order != 0 ? order : Integer.compare(wildcards, other.wildcards);
        order = order != 0 ? order : Boolean.compare(isOpenEnded(), other.isOpenEnded());
        order = order != 0 ? order : Integer.compare(other.literalBytes, literalBytes);
        order = order != 0 ? order : Integer.compare(other.captures, captures);
        return order != 0 ? order : canonical.compareTo(other.canonical);
    }

    /** {@return whether every key that matches this pattern also matches another} Exact. */
    public boolean isWithin(KeyPattern outer) {
        return new Inclusion(Symbols.of(parts), Symbols.of(outer.parts)).holds();
    }

    /**
     * {@return how many of a key's bytes a matching key could begin with; all of them if the key matches, or ends too
     * early} For messages about keys that do not match.
     */
    public int follows(byte[] key) {
        NodeSet set = new NodeSet(new PatternTrie(List.of(this)));
        set.enter(PatternTrie.ROOT, PatternTrie.NONE);
        for (int at = 0; at < key.length && set.open() == PatternTrie.NONE; at++) {
            set.step(Byte.toUnsignedInt(key[at]));
            if (set.isEmpty() && set.open() == PatternTrie.NONE) {
                return at;
            }
        }
        return key.length;
    }

    private boolean isOpenEnded() {
        return parts.getLast() instanceof Part.DoubleStar;
    }

    /** Patterns are equal when they match the same keys by the same parts; names of captures do not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof KeyPattern pattern && canonical.equals(pattern.canonical);
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    /** {@return the text as it was written} */
    @Override
    public String toString() {
        return text;
    }
}
