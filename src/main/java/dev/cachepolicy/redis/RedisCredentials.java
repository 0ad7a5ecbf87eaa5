package dev.cachepolicy.redis;

import org.jspecify.annotations.Nullable;

/**
 * As whom to speak to Redis.
 *
 * @param username null: the default user
 */
public record RedisCredentials(@Nullable String username, String password) {

    /** {@return the user of Redis that these credentials name} */
    public String user() {
        return username == null ? "default" : username;
    }

    /** Without the password, wherever it may be printed. */
    @Override
    public String toString() {
        return "RedisCredentials[" + user() + "]";
    }
}
