package dev.cachepolicy.cli;

/** A command line that cannot be carried out. The message says what to write instead. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
