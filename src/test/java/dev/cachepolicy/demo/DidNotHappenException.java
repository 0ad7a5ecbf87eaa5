package dev.cachepolicy.demo;

/** A step saw something else than it should. */
public final class DidNotHappenException extends Exception {

    private static final long serialVersionUID = 1L;

    public DidNotHappenException(String message) {
        super(message);
    }

    public static void unless(boolean happened, String instead) throws DidNotHappenException {
        if (!happened) {
            throw new DidNotHappenException(instead);
        }
    }
}
