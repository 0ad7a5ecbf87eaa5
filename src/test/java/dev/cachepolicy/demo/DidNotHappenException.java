package dev.cachepolicy.local.demo;

/** A step saw something else than it should. */
final class DidNotHappenException extends Exception {

    private static final long serialVersionUID = 1L;

    DidNotHappenException(String message) {
        super(message);
    }

    static void unless(boolean happened, String instead) throws DidNotHappenException {
        if (!happened) {
            throw new DidNotHappenException(instead);
        }
    }
}
