package dev.cachepolicy.injector.certificates;

import dev.cachepolicy.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Secret with the {@link WebhookIdentity}: {@code tls.crt}, {@code tls.key}, {@code ca.crt} (the bundle),
 * {@code ca.key}. Replicas write it at the same time, so every write carries what it replaces: the loser gets a conflict
 * and reads again.
 */
final class IdentitySecret {

    private static final Logger LOG = LoggerFactory.getLogger(IdentitySecret.class);
    private static final String SERVING_CERTIFICATE = "tls.crt";
    private static final String SERVING_KEY = "tls.key";
    private static final String AUTHORITIES = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";

    private final KubernetesClient client;
    private final CertificateOptions options;

    IdentitySecret(KubernetesClient client, CertificateOptions options) {
        this.client = client;
        this.options = options;
    }

    /**
     * The Secret as read.
     *
     * @param resourceVersion null: there is none
     * @param identity empty: there is none, or it cannot be used
     */
    record Stored(@Nullable String resourceVersion, Optional<WebhookIdentity> identity) {

        @Override
        public String toString() {
            return "Stored[resourceVersion=" + resourceVersion + "]";
        }
    }

    Stored read() {
        Secret secret = client.secrets()
                .inNamespace(options.namespace())
                .withName(options.secret())
                .get();
        if (secret == null) {
            return new Stored(null, Optional.empty());
        }
        Map<String, String> labels = secret.getMetadata().getLabels();
        if (labels == null || !Names.FIELD_MANAGER.equals(labels.get(Names.MANAGED_BY_LABEL))) {
            throw new IllegalStateException(
                    "Secret %s/%s is there already and is not the operator's: delete it, or give the operator another name for its webhook certificates"
                            .formatted(options.namespace(), options.secret()));
        }
        return new Stored(secret.getMetadata().getResourceVersion(), parse(secret));
    }

    /** Creates or replaces the Secret; a conflict (HTTP 409) if it is no longer as {@code replaced}. */
    void write(WebhookIdentity identity, Stored replaced) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(options.namespace())
                .withName(options.secret())
                .withResourceVersion(replaced.resourceVersion())
                .addToLabels(Names.MANAGED_BY_LABEL, Names.FIELD_MANAGER)
                .endMetadata()
                .withType("kubernetes.io/tls")
                .addToData(
                        SERVING_CERTIFICATE,
                        encode(Pem.certificates(List.of(identity.serving().certificate()))))
                .addToData(SERVING_KEY, encode(Pem.key(identity.serving().key())))
                .addToData(AUTHORITIES, encode(identity.bundle()))
                .addToData(AUTHORITY_KEY, encode(Pem.key(identity.authority().key())))
                .build();
        if (replaced.resourceVersion() == null) {
            client.resource(secret).create();
        } else {
            client.resource(secret).update();
        }
    }

    private Optional<WebhookIdentity> parse(Secret secret) {
        try {
            List<X509Certificate> authorities = Pem.readCertificates(decode(secret, AUTHORITIES));
            List<X509Certificate> serving = Pem.readCertificates(decode(secret, SERVING_CERTIFICATE));
            if (authorities.isEmpty() || serving.isEmpty()) {
                throw new GeneralSecurityException("no certificate");
            }
            return Optional.of(new WebhookIdentity(
                    new Credential(authorities.getFirst(), Pem.readKey(decode(secret, AUTHORITY_KEY))),
                    authorities.subList(1, authorities.size()),
                    new Credential(serving.getFirst(), Pem.readKey(decode(secret, SERVING_KEY)))));
        } catch (GeneralSecurityException e) {
            LOG.warn(
                    "Secret {}/{} is unreadable and is replaced: {}",
                    options.namespace(),
                    options.secret(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static String decode(Secret secret, String key) throws GeneralSecurityException {
        String value = secret.getData() == null ? null : secret.getData().get(key);
        if (value == null) {
            throw new GeneralSecurityException(key + " is missing");
        }
        try {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(key + " is not base64", e);
        }
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
