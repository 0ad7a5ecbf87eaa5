package dev.cachepolicy.injector.certificates;

import dev.cachepolicy.metrics.Metric;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the webhook server shows, exchanged while it runs. A handshake asks for an alias first and for
 * chain and key by that alias afterwards, so the alias is the certificate's serial number and the one before stays
 * known: a handshake under way never gets the chain of one and the key of another.
 */
final class ServedCertificate extends X509ExtendedKeyManager {

    private final AtomicReference<List<Credential>> served = new AtomicReference<>(List.of());
    private volatile @Nullable Gauge expiry;

    /** Adds the metric that tells when the certificate shown expires; it has no value before the first. */
    void exportExpiry(CollectorRegistry registry) {
        expiry = Metric.WEBHOOK_CERTIFICATE_EXPIRY.gauge(registry);
    }

    /** Shows another certificate to handshakes from now on. */
    void use(Credential credential) {
        served.updateAndGet(before ->
                Stream.concat(Stream.of(credential), before.stream().limit(1)).toList());
        Gauge gauge = expiry;
        if (gauge != null) {
            gauge.set(
                    (double) credential.certificate().getNotAfter().toInstant().getEpochSecond());
        }
    }

    /** {@return what handshakes get now, null before the first} */
    @Nullable
    Credential current() {
        List<Credential> known = served.get();
        return known.isEmpty() ? null : known.getFirst();
    }

    /** {@return a context for servers that shows this certificate} */
    SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Credential credential = current();
        return credential != null && keyType.equals(credential.key().getAlgorithm()) ? alias(credential) : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Credential credential = find(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Credential credential = find(alias);
        return credential == null ? null : credential.key();
    }

    private @Nullable Credential find(String alias) {
        return served.get().stream()
                .filter(credential -> alias(credential).equals(alias))
                .findFirst()
                .orElse(null);
    }

    private static String alias(Credential credential) {
        return credential.certificate().getSerialNumber().toString(16);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
