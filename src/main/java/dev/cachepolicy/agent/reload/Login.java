package dev.cachepolicy.agent.reload;

import org.jspecify.annotations.Nullable;

/**
 * A Redis user as a mounted Secret gives it.
 *
 * @param username absent: the default user
 */
public record Login(@Nullable String username, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "Login[username=" + username + "]";
    }
}
