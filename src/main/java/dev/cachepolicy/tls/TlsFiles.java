package dev.cachepolicy.tls;

import org.jspecify.annotations.Nullable;

/**
 * With what a client protects its connections to one server, as the Secrets have it.
 *
 * @param authorities PEM of whom to trust; null: the authorities that the JVM brings
 * @param chain PEM of the client's certificate and those between it and its authority; null: none is shown
 * @param key PEM of the certificate's private key; null: none
 * @param serverName that the server's certificate must have; null: the host that is connected to
 */
public record TlsFiles(
        @Nullable String authorities,
        @Nullable String chain,
        @Nullable String key,
        @Nullable String serverName) {

    /** Key of a Secret, and so name of a file, with {@link #authorities}. */
    public static final String AUTHORITIES = "ca.crt";

    /** The same for {@link #chain}; the name is that of the Secret type {@code kubernetes.io/tls}. */
    public static final String CHAIN = "tls.crt";

    /** The same for {@link #key}. */
    public static final String KEY = "tls.key";

    /** Without what is in them, wherever it may be printed. */
    @Override
    public String toString() {
        return "TlsFiles[mutual=" + (chain != null) + ", serverName=" + serverName + "]";
    }
}
