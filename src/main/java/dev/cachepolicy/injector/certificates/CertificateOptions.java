package dev.cachepolicy.injector.certificates;

import java.time.Duration;
import java.util.Set;

/**
 * Certificates that the operator makes itself: where they live, and for how long.
 *
 * @param namespace of the Secret
 * @param secret name of the Secret that all replicas share
 * @param mutatingConfiguration name of the MutatingWebhookConfiguration whose {@code caBundle} is kept up to date
 * @param validatingConfiguration name of the ValidatingWebhookConfiguration likewise
 * @param hosts DNS names and IP addresses by which the API server reaches the webhooks
 * @param authorityLife of the certificate authority
 * @param servingLife of the serving certificate
 */
public record CertificateOptions(
        String namespace,
        String secret,
        String mutatingConfiguration,
        String validatingConfiguration,
        Set<String> hosts,
        Duration authorityLife,
        Duration servingLife)
        implements CertificateSource {

    public static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    public static final Duration SERVING_LIFE = Duration.ofDays(365);

    public CertificateOptions {
        hosts = Set.copyOf(hosts);
    }
}
