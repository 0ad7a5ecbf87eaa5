package dev.cachepolicy.agent.heartbeat;

import dev.cachepolicy.agent.proxy.Credentials;
import dev.cachepolicy.config.Heartbeat.Counters;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.tls.ClientTls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say about one backend, and where to.
 *
 * @param backendUid whose hash of heartbeats it goes to
 * @param endpoint host:port of the Redis
 * @param credentials absent: no AUTH
 * @param tls absent: the connection is not protected
 * @param revision of the configuration in use
 * @param refused why a newer one is not
 * @param counters by policy id
 */
public record Report(
        String backendUid,
        String endpoint,
        @Nullable Credentials credentials,
        @Nullable ClientTls tls,
        long revision,
        @Nullable Refusal refused,
        Map<String, Counters> counters) {

    Destination destination() {
        return new Destination(endpoint, credentials, tls);
    }

    Acknowledgement acknowledgement() {
        return new Acknowledgement(backendUid, revision, refused);
    }

    /** What a connection was made for: another one needs another connection. */
    record Destination(
            String endpoint,
            @Nullable Credentials credentials,
            @Nullable ClientTls tls) {}

    /** What the operator waits for: a change is announced and does not wait for the next interval. */
    record Acknowledgement(
            String backendUid, long revision, @Nullable Refusal refused) {}
}
