package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.redis.ServerInfo;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a backend's Redis stands. Immutable; no member holds a secret. */
public sealed interface RedisState {

    /** No answer and no failure yet. */
    record Connecting() implements RedisState {}

    /**
     * Redis does not serve the operator; it is tried again for ever.
     *
     * @param message for people, who know which Redis it is about
     * @param since the first failure after the last answer
     * @param last what was known at the last answer; null: there was none since this process began
     */
    record Unreachable(
            Reason reason,
            String message,
            Instant since,
            @Nullable Reached last) implements RedisState {}

    /**
     * Redis answers.
     *
     * @param original the settings found at first contact, before this backend changed any; to be kept and handed back
     *     in {@link RedisTarget#original}
     * @param preflight which ACL rules the users lack, in words; null: none, or it cannot be asked
     * @param agents by pod, as their heartbeats say
     */
    record Reached(
            ServerInfo info,
            ActualSettings settings,
            ActualSettings original,
            SettingsOutcome outcome,
            @Nullable String preflight,
            Map<Heartbeat.Agent, AgentObservation> agents)
            implements RedisState {

        public Reached {
            agents = Map.copyOf(agents);
        }
    }

    /**
     * The original settings are being put back.
     *
     * @param since when that was first tried
     * @param message why not yet, for people; null: under way
     */
    record Restoring(Instant since, @Nullable String message) implements RedisState {}

    /**
     * The original settings were put back, or must not be; there is nothing left to do.
     *
     * @param message what was done, for people
     */
    record Restored(String message) implements RedisState {}

    /** Why Redis is unreachable; the names serve as reasons of conditions. */
    enum Reason {
        /** No connection: refused, reset, or the name does not resolve. */
        ConnectionFailed,
        /** No trusted authority has signed the certificate that Redis shows. */
        ServerCertificateUntrusted,
        /** The certificate that Redis shows is not valid now. */
        ServerCertificateExpired,
        /** The certificate that Redis shows is for another name. */
        ServerNameMismatch,
        /** Redis does not accept the client's certificate, or misses one. */
        ClientCertificateRefused,
        /** The port does not speak TLS. */
        NotTLS,
        /** TLS fails otherwise. */
        TLSFailed,
        /** Connected or connecting, but no answer in time. */
        Timeout,
        /** The password is missing, wrong or not wanted. */
        WrongPassword,
        /** The operator's user may not run INFO. */
        NotPermitted,
        /** Redis reads its data from disk and does not serve yet. */
        Loading,
        /** Anything else; the message says what. */
        Other
    }
}
