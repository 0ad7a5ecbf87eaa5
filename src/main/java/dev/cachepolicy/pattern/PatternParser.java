package dev.cachepolicy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** One pass over the text of a pattern or a template. */
final class PatternParser {

    private static final Pattern CAPTURE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

    private final String text;

    /** Whether it says which keys to make, so that captures may stand twice and side by side, and nothing is left open. */
    private final boolean template;

    private final List<Part> parts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final StringBuilder literal = new StringBuilder();
    private int at;

    PatternParser(String text, boolean template) {
        this.text = text;
        this.template = template;
    }

    KeyPattern parse() throws InvalidPatternException {
        checkWhole();
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '{' -> capture();
                case '*' -> star();
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        throw new InvalidPatternException("the pattern has a control character at position " + (at + 1)
                                + ": write printable characters, and * where keys differ");
                    }
                    literal.append(c);
                    at++;
                }
            }
        }
        endLiteral();
        KeyPattern pattern = new KeyPattern(text, parts);
        if (pattern.canonical().startsWith("cachepolicy:")) {
            throw new InvalidPatternException("keys that begin with 'cachepolicy:' are reserved:"
                    + " write a pattern for your own keys, for example user:{id}");
        }
        return pattern;
    }

    private void checkWhole() throws InvalidPatternException {
        if (text.isEmpty()) {
            throw new InvalidPatternException(
                    "the pattern is empty: write one for your keys, for example user:{id}, or ** for every key");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > KeyPattern.MAX_BYTES) {
            throw new InvalidPatternException("the pattern has " + bytes + " bytes: write at most "
                    + KeyPattern.MAX_BYTES + ", with * or ** for the rest");
        }
    }

    private void escape() throws InvalidPatternException {
        if (at + 1 == text.length() || "{}*\\".indexOf(text.charAt(at + 1)) < 0) {
            throw new InvalidPatternException("a backslash at position " + (at + 1)
                    + " stands before none of { } * \\: write \\\\ for a backslash itself");
        }
        literal.append(text.charAt(at + 1));
        at += 2;
    }

    private void capture() throws InvalidPatternException {
        int end = text.indexOf('}', at);
        if (end < 0) {
            throw new InvalidPatternException("the { at position " + (at + 1)
                    + " is not closed: write {name} for a capture, or \\{ for a brace that is part of the key");
        }
        String name = text.substring(at + 1, end);
        if (!CAPTURE_NAME.matcher(name).matches()) {
            throw new InvalidPatternException(
                    "'{" + name + "}' is not a capture: write a name of letters, digits and _"
                            + " that does not begin with a digit, for example {id}, or \\{ for a brace that is part of the key");
        }
        if (!names.add(name) && !template) {
            throw new InvalidPatternException("the capture {" + name
                    + "} is there twice: give the second another name, for example {" + name + "2}");
        }
        wildcard(new Part.Capture(name));
        at = end + 1;
    }

    private void star() throws InvalidPatternException {
        if (template) {
            throw new InvalidPatternException(
                    "'" + text + "' has a * at position " + (at + 1)
                            + ", but only exact keys can be invalidated: write literals and captures, or \\* for a star that is part of the key");
        }
        if (!text.startsWith("**", at)) {
            wildcard(new Part.Star());
            at++;
            return;
        }
        if (at + 2 != text.length()) {
            throw new InvalidPatternException(
                    "** may stand at the end only: write * or {name} for one part between colons");
        }
        wildcard(new Part.DoubleStar());
        at += 2;
    }

    private void wildcard(Part wildcard) throws InvalidPatternException {
        endLiteral();
        if (!template && !parts.isEmpty() && !(parts.getLast() instanceof Part.Literal)) {
            throw new InvalidPatternException("two wildcards stand side by side at position " + (at + 1)
                    + ": write one of them, or a literal such as ':' between them");
        }
        parts.add(wildcard);
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(literal.toString().getBytes(StandardCharsets.UTF_8)));
            literal.setLength(0);
        }
    }
}
