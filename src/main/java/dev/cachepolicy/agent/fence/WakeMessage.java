package dev.cachepolicy.agent.fence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is said on a key's channel: its load has ended, or may have.
 *
 * @param filled what was stored; null: that is not said
 */
public record WakeMessage(@Nullable Filled filled) {

    public static final WakeMessage LOOK = new WakeMessage(null);

    /**
     * A short value, and the load that it is of.
     *
     * @param nonce which stood in the fence until the value was stored, and stands in none any more
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Filled(Nonce nonce, byte[] value) {}

    /**
     * {@return what a message says} As {@code fill.lua} writes it that is nothing, or the nonce, a blank and the value; of what
     * anybody else may write the most is that there is nothing in it.
     */
    public static WakeMessage parse(byte[] message) {
        int end = Nonces.LENGTH;
        if (message.length <= end || message[end] != ' ' || message[0] == 'w') {
            return LOOK;
        }
        Nonce nonce = new Nonce(new String(message, 0, end, StandardCharsets.US_ASCII));
        return new WakeMessage(new Filled(nonce, Arrays.copyOfRange(message, end + 1, message.length)));
    }
}
