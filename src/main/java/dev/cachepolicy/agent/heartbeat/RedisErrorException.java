package dev.cachepolicy.agent.heartbeat;

import java.io.IOException;

/** Redis answered a command with an error; the connection is good for more. */
final class RedisErrorException extends IOException {

    private static final long serialVersionUID = 1L;

    RedisErrorException(String message) {
        super(message);
    }

    /** {@return the first word, by which Redis's errors are told apart, such as {@code NOPERM}} */
    String code() {
        String message = String.valueOf(getMessage());
        int space = message.indexOf(' ');
        return space < 0 ? message : message.substring(0, space);
    }
}
