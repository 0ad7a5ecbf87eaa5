package dev.cachepolicy.pattern;

/** A text that is not a key pattern; the message says what to write instead. */
public final class InvalidPatternException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidPatternException(String message) {
        super(message);
    }
}
