package dev.cachepolicy.local;

/** A volume needs something that does not exist yet. */
final class NotMountableException extends Exception {

    private static final long serialVersionUID = 1L;

    NotMountableException(String message) {
        super(message);
    }
}
