package dev.cachepolicy.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 or 1.3 to one server, whose certificate is always verified, its name as well. Immutable; two are equal when they
 * were made of the same files.
 */
public final class ClientTls {

    private static final char[] NO_PASSWORD = {};

    private final TlsFiles files;
    private final SSLContext context;

    private ClientTls(TlsFiles files, TrustManagerFactory trust, @Nullable KeyManagerFactory keys)
            throws GeneralSecurityException {
        this.files = files;
        this.context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    /**
     * {@return what these files give}
     *
     * @throws InvalidCertificateException if one of them cannot be used; it says which
     */
    public static ClientTls of(TlsFiles files) throws InvalidCertificateException {
        try {
            return new ClientTls(files, trust(files.authorities()), keys(files.chain(), files.key()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK has TLS with X.509 certificates", e);
        }
    }

    private static TrustManagerFactory trust(@Nullable String authorities)
            throws InvalidCertificateException, GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        if (authorities == null) {
            factory.init((KeyStore) null);
            return factory;
        }
        KeyStore store = emptyStore();
        for (X509Certificate authority : Pem.certificates(TlsFiles.AUTHORITIES, authorities)) {
            store.setCertificateEntry(String.valueOf(store.size()), authority);
        }
        factory.init(store);
        return factory;
    }

    private static @Nullable KeyManagerFactory keys(@Nullable String chain, @Nullable String key)
            throws InvalidCertificateException, GeneralSecurityException, IOException {
        if (chain == null || key == null) {
            return null;
        }
        List<X509Certificate> certificates = Pem.certificates(TlsFiles.CHAIN, chain);
        PrivateKey privateKey = Pem.key(TlsFiles.KEY, key, certificates.getFirst());
        KeyStore store = emptyStore();
        store.setKeyEntry("client", privateKey, NO_PASSWORD, certificates.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** {@return the name that the server's certificate must have} */
    private String expectedName(String host) {
        return files.serverName() == null ? host : files.serverName();
    }

    /** {@return whether the client shows a certificate} */
    boolean mutual() {
        return files.chain() != null;
    }

    /** {@return whether the server is to have the same name, and shown as much, under both} What is left are certificates. */
    public boolean differsInCertificatesOnly(ClientTls other) {
        return mutual() == other.mutual() && Objects.equals(files.serverName(), other.files.serverName());
    }

    /** {@return a client's side of a new connection} */
    public SSLEngine engine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(expectedName(host), port);
        engine.setUseClientMode(true);
        engine.setSSLParameters(named(engine.getSSLParameters()));
        return engine;
    }

    /**
     * {@return a protected socket on a connected one; closing it closes both}
     *
     * @throws IOException if the handshake fails, or a read of it takes longer than the socket's timeout; {@link
     *     TlsFailure} tells why
     */
    public Socket over(Socket connected, String host, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(connected, expectedName(host), port, true);
        socket.setSSLParameters(named(socket.getSSLParameters()));
        socket.startHandshake();
        return socket;
    }

    /** Verifies the name as HTTPS does; the JDK's own default is not to. */
    private static SSLParameters named(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientTls tls && files.equals(tls.files);
    }

    @Override
    public int hashCode() {
        return files.hashCode();
    }

    @Override
    public String toString() {
        return "ClientTls[" + files + "]";
    }
}
