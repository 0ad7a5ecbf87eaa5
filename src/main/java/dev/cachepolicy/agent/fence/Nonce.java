package dev.cachepolicy.agent.fence;

/**
 * Names a load of a key: it stands in the key's fence as long as a value that was loaded under it may be stored.
 *
 * @param value not empty, and not beginning with {@code w}, with which the fences of a write-through begin
 */
public record Nonce(String value) {

    /** Stands in no fence: a fill with it is void. */
    public static final Nonce NEVER = new Nonce("-");

    public Nonce {
        if (value.isEmpty() || value.charAt(0) == 'w') {
            throw new IllegalArgumentException("a nonce is not empty and does not begin with w: \"" + value + '"');
        }
    }
}
