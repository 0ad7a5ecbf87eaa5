package dev.cachepolicy.pattern;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which key to make of what a {@link KeyPattern} has captured: literal bytes and {@code {name}}, escaped as in a pattern. */
public final class KeyTemplate {

    private final KeyPattern pattern;

    private KeyTemplate(KeyPattern pattern) {
        this.pattern = pattern;
    }

    /**
     * {@return the template that a text stands for}
     *
     * @param captures names that it may use
     * @throws InvalidPatternException if it breaks the grammar, or uses others; the message says what to write instead
     */
    public static KeyTemplate parse(String text, List<String> captures) throws InvalidPatternException {
        KeyPattern pattern = new PatternParser(text, true).parse();
        List<String> unknown = new ArrayList<>(pattern.captures());
        unknown.removeAll(captures);
        if (!unknown.isEmpty()) {
            String instead = captures.isEmpty()
                    ? "it captures nothing, so write literals alone"
                    : "write "
                            + String.join(
                                    " or ",
                                    captures.stream()
                                            .map(name -> "{" + name + "}")
                                            .toList());
            throw new InvalidPatternException(
                    "'{" + unknown.getFirst() + "}' is no capture of the pattern of keys that are written: " + instead);
        }
        return new KeyTemplate(pattern);
    }

    /** {@return a pattern that matches every key that can be made} */
    public KeyPattern pattern() {
        return pattern;
    }

    /** {@return the key} */
    public byte[] fill(Map<String, byte[]> captured) {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        for (Part part : pattern.parts()) {
            switch (part) {
                case Part.Literal(byte[] bytes) -> key.writeBytes(bytes);
                case Part.Capture(String name) -> key.writeBytes(captured.get(name));
                case Part.Star _, Part.DoubleStar _ -> throw new IllegalStateException("a template has no stars");
            }
        }
        return key.toByteArray();
    }

    /** {@return the text as it was written} */
    @Override
    public String toString() {
        return pattern.toString();
    }
}
