package dev.cachepolicy.agent.proxy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the agent authenticates with at Redis, in the application's place.
 *
 * @param username absent: Redis's default user
 */
public record Credentials(@Nullable String username, String password) {

    /** {@return the AUTH command} */
    byte[][] auth() {
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        return username == null
                ? new byte[][] {Handshake.ascii("AUTH"), secret}
                : new byte[][] {Handshake.ascii("AUTH"), username.getBytes(StandardCharsets.UTF_8), secret};
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials[username=" + username + ", password=<redacted>]";
    }
}
