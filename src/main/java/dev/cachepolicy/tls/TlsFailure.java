package dev.cachepolicy.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a protected connection to a server was not made.
 *
 * @param message for people
 */
public record TlsFailure(Kind kind, String message) {

    /** What is to be mended differs by it. */
    public enum Kind {
        /** No authority that is trusted has signed the server's certificate. */
        ServerUntrusted,
        /** The server's certificate, or one above it, is not valid now. */
        ServerExpired,
        /** The server's certificate is for another name. */
        ServerName,
        /** The server does not accept the client's certificate, or misses one. */
        ClientRefused,
        /** The handshake was not answered: the server hangs, or waits for something else than TLS. */
        NoAnswer,
        /** What listens there does not speak TLS. */
        NotTls,
        /** Anything else. */
        Other
    }

    /** @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-6">RFC 8446, section 6</a> */
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /** Of alerts those that are about the other's certificate. OpenSSL says the last for a missing one under TLS 1.2. */
    private static final Pattern CERTIFICATE_ALERT = Pattern.compile(
            "certificate_\\w+|bad_certificate|unsupported_certificate|unknown_ca|access_denied|handshake_failure");

    /** The words of the JDK's sockets, and those of Netty. */
    private static final Pattern NOT_TLS =
            Pattern.compile("Unsupported or unrecognized SSL message|not an SSL/TLS record.*", Pattern.DOTALL);

    /** {@return what an exception says of a handshake; empty: it is about something else} */
    public static Optional<TlsFailure> of(@Nullable Throwable thrown) {
        TlsFailure found = null;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            // The deepest of them knows best.
            TlsFailure here = here(cause);
            found = here == null ? found : here;
        }
        return Optional.ofNullable(found);
    }

    private static @Nullable TlsFailure here(Throwable cause) {
        return switch (cause) {
            case CertPathBuilderException _ ->
                new TlsFailure(
                        Kind.ServerUntrusted,
                        "no authority that is trusted has signed the certificate that Redis shows");
            case CertificateExpiredException expired ->
                new TlsFailure(
                        Kind.ServerExpired, "the certificate that Redis shows has expired: " + expired.getMessage());
            case CertificateNotYetValidException early ->
                new TlsFailure(
                        Kind.ServerExpired, "the certificate that Redis shows is not valid yet: " + early.getMessage());
            case CertificateException other
            when isAboutTheName(other) ->
                new TlsFailure(
                        Kind.ServerName, "the certificate that Redis shows is for another name: " + other.getMessage());
            case SSLException tls -> of(tls);
            default -> null;
        };
    }

    /** The JDK has no type for it. */
    private static boolean isAboutTheName(CertificateException exception) {
        String message = String.valueOf(exception.getMessage());
        return message.startsWith("No name matching") || message.startsWith("No subject alternative");
    }

    private static TlsFailure of(SSLException exception) {
        String message = String.valueOf(exception.getMessage());
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            String name = alert.group(1);
            return CERTIFICATE_ALERT.matcher(name).matches()
                    ? new TlsFailure(
                            Kind.ClientRefused, "Redis refuses the client's certificate, or its absence: " + name)
                    : new TlsFailure(Kind.Other, "Redis ends the TLS handshake: " + name);
        }
        if (message.startsWith("handshake timed out")) {
            return new TlsFailure(
                    Kind.NoAnswer,
                    "no answer to the TLS handshake in time: Redis hangs, or this port is not its tls-port");
        }
        return NOT_TLS.matcher(message).matches()
                ? new TlsFailure(Kind.NotTls, "what listens there does not speak TLS")
                : new TlsFailure(Kind.Other, "no TLS connection: " + message);
    }
}
