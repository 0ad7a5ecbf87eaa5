package dev.cachepolicy.injector.certificates;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import javax.net.ssl.SSLContext;

/** The certificate of the webhook server, always the one in force. */
public sealed interface WebhookCertificates extends AutoCloseable permits SelfMadeCertificates, MountedCertificates {

    /** Starts to look for certificates; the first comes soon after, see {@link #isReady}. */
    static WebhookCertificates start(
            KubernetesClient client, CertificateSource source, CollectorRegistry registry, Clock clock) {
        return switch (source) {
            case CertificateOptions options -> new SelfMadeCertificates(client, options, registry, clock);
            case CertificateDirectory directory -> new MountedCertificates(directory, registry);
        };
    }

    /** {@return a context for the webhook server that always shows the certificate in force} */
    SSLContext sslContext();

    /** {@return whether there is a certificate to show} */
    boolean isReady();

    @Override
    void close();
}
