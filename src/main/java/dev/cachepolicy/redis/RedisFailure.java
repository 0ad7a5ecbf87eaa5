package dev.cachepolicy.redis;

import dev.cachepolicy.tls.TlsFailure;

/** Why Redis did not do what it was asked. Messages are for people and hold no secret; which Redis it was, the asker knows. */
public sealed interface RedisFailure {

    String message();

    /** {@return whether nothing else can be asked of this Redis now either; false: it refused this one thing} */
    default boolean unavailable() {
        return switch (this) {
            case ConnectionFailed _, TlsFailed _, TimedOut _, WrongPassword _, Loading _ -> true;
            case NotPermitted _, UnknownCommand _, UnknownUser _, OutOfMemory _, Other _ -> false;
        };
    }

    /** No connection: refused, reset, closed, or the name does not resolve. */
    record ConnectionFailed(String message) implements RedisFailure {

        /** {@return the failure of a connection that was there; a port of something else than Redis looks the same} */
        public static ConnectionFailed closed() {
            return new ConnectionFailed("the connection was closed; if it stays so, check that the port is that of a"
                    + " Redis, and with spec.tls whether it speaks TLS");
        }
    }

    /**
     * The connection could not be protected.
     *
     * @param kind what is to be mended
     */
    record TlsFailed(TlsFailure.Kind kind, String message) implements RedisFailure {}

    /** No answer in time; whether the command was executed is not known. */
    record TimedOut(String message) implements RedisFailure {}

    /** The password is missing, wrong, or not wanted. */
    record WrongPassword(String message) implements RedisFailure {}

    /**
     * The user may not do this.
     *
     * @param rule what its ACL lacks, such as {@code +config|set} or {@code ~cachepolicy:*}
     */
    record NotPermitted(String rule, String message) implements RedisFailure {}

    /** This server does not have the command; managed services and rename-command take CONFIG away. */
    record UnknownCommand(String message) implements RedisFailure {}

    /** This server has no such user. */
    record UnknownUser(String message) implements RedisFailure {}

    /** Redis reads its data from disk and does not serve yet. */
    record Loading(String message) implements RedisFailure {}

    /** maxmemory is reached and nothing may be evicted. */
    record OutOfMemory(String message) implements RedisFailure {}

    /** Anything else, in Redis's words. */
    record Other(String message) implements RedisFailure {}
}
