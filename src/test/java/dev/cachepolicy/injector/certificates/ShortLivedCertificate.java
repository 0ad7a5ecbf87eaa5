package dev.cachepolicy.injector.certificates;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** A serving certificate that is trusted and near its end, and still no operator finds that it is due. */
public final class ShortLivedCertificate {

    private ShortLivedCertificate() {}

    /**
     * Puts one, signed by the authority that is there, into the Secret that the operators share.
     *
     * @param life of the certificate, beginning now
     */
    public static void put(KubernetesClient client, String namespace, String secret, String host, Duration life) {
        CertificateOptions options = new CertificateOptions(
                namespace, secret, "", "", Set.of(host), CertificateOptions.AUTHORITY_LIFE, life);
        IdentitySecret shared = new IdentitySecret(client, options);
        IdentitySecret.Stored stored = shared.read();
        WebhookIdentity identity = stored.identity().orElseThrow();
        Credential serving = new Issuer(options).serving(identity.authority(), Instant.now());
        shared.write(identity.withServing(serving), stored);
    }
}
