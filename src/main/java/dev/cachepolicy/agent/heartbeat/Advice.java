package dev.cachepolicy.agent.heartbeat;

import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.tls.TlsFailure;
import java.io.IOException;

/** What to do about an error that Redis answers to a heartbeat. */
final class Advice {

    private static final String AGENTS = RedisKeys.PREFIX + "agents:*";

    private Advice() {}

    /** {@return why a protected connection was not made, or lost} */
    static String onTls(IOException e) {
        return TlsFailure.of(e).map(TlsFailure::message).orElseGet(e::toString);
    }

    static String on(RedisErrorException error) {
        String message = String.valueOf(error.getMessage());
        return switch (error.code()) {
            case "NOPERM" ->
                message + "; add to the agents' Redis user: ~" + AGENTS + " &" + AGENTS + " +hset +hdel +publish";
            case "NOAUTH" -> message + "; name the agents' user in the CacheBackend's auth.agentSecretRef";
            case "WRONGPASS" -> message + "; make the Secret and the Redis user agree";
            default -> message;
        };
    }
}
