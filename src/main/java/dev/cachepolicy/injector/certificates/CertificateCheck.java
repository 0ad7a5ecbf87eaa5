package dev.cachepolicy.injector.certificates;

import dev.cachepolicy.injector.certificates.IdentitySecret.Stored;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the certificates: read the Secret, take the next step of their {@link Rotation}, publish the bundle, and
 * only then show the serving certificate. Not for concurrent use; several replicas do this at the same time.
 */
final class CertificateCheck {

    /** When nothing is under way. */
    static final Duration REGULAR = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(CertificateCheck.class);
    private static final int ATTEMPTS = 5;

    private final IdentitySecret secret;
    private final TrustPublisher publisher;
    private final ServedCertificate served;
    private final CertificateOptions options;
    private final Issuer issuer;
    private final Clock clock;

    /** What this replica serves; it survives the loss of the Secret. */
    private @Nullable WebhookIdentity known;

    private String publishedBundle = "";
    private Instant publishedSince = Instant.MAX;

    CertificateCheck(KubernetesClient client, CertificateOptions options, ServedCertificate served, Clock clock) {
        this.secret = new IdentitySecret(client, options);
        this.publisher = new TrustPublisher(client, options);
        this.served = served;
        this.options = options;
        this.issuer = new Issuer(options);
        this.clock = clock;
    }

    /**
     * Does what is to be done now.
     *
     * @return after how long to look again at the latest
     * @throws KubernetesClientException if the API server cannot be reached or refuses
     */
    Duration run() {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (KubernetesClientException e) {
                // Another replica was faster: what it wrote is read and adopted.
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Duration attempt() {
        Stored stored = secret.read();
        WebhookIdentity identity = next(stored);
        publish(identity.bundle());
        // Before the first certificate there is no handshake that could fail by showing one too early.
        if (served.current() == null || isSettled(identity.bundle())) {
            show(identity);
        }
        boolean pending = !isSettled(identity.bundle()) || !identity.isServingSignedByAuthority();
        return pending ? Rotation.SETTLE : REGULAR;
    }

    private WebhookIdentity next(Stored stored) {
        Instant now = clock.instant();
        Optional<WebhookIdentity> current = stored.identity();
        if (current.isEmpty()) {
            WebhookIdentity serving = known;
            return write(
                    stored,
                    serving == null
                            ? WebhookIdentity.create(issuer, now)
                            : Rotation.NEW_AUTHORITY.apply(serving, issuer, now),
                    "made anew");
        }
        WebhookIdentity identity = current.get();
        Rotation step = Rotation.next(identity, options.hosts(), now, isSettled(identity.bundle()));
        return step == Rotation.KEEP ? identity : write(stored, step.apply(identity, issuer, now), step.toString());
    }

    private WebhookIdentity write(Stored replaced, WebhookIdentity identity, String what) {
        secret.write(identity, replaced);
        LOG.info("Webhook certificates in Secret {}/{}: {}", options.namespace(), options.secret(), what);
        return identity;
    }

    private void publish(String bundle) {
        boolean changed = publisher.publish(bundle);
        if (changed || !bundle.equals(publishedBundle)) {
            publishedBundle = bundle;
            publishedSince = clock.instant();
        }
    }

    /** Whether this replica has seen the bundle in the webhook configurations for {@link Rotation#SETTLE}. */
    private boolean isSettled(String bundle) {
        return bundle.equals(publishedBundle) && !clock.instant().isBefore(publishedSince.plus(Rotation.SETTLE));
    }

    private void show(WebhookIdentity identity) {
        known = identity;
        Credential before = served.current();
        if (before == null || !before.certificate().equals(identity.serving().certificate())) {
            served.use(identity.serving());
            LOG.info(
                    "Webhook server shows {}, valid until {}",
                    identity.serving(),
                    identity.serving().certificate().getNotAfter().toInstant());
        }
    }
}
