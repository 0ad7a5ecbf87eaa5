package dev.cachepolicy.injector.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RotationTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<String> HOSTS = Set.of("webhooks.cachepolicy.svc", "127.0.0.1");
    private static final CertificateOptions OPTIONS = options(HOSTS);

    private final Issuer issuer = new Issuer(OPTIONS);
    private final WebhookIdentity fresh = WebhookIdentity.create(issuer, BEGIN);

    static CertificateOptions options(Set<String> hosts) {
        return new CertificateOptions(
                "cachepolicy",
                "webhooks",
                "cachepolicy-operator",
                "cachepolicy-operator",
                hosts,
                CertificateOptions.AUTHORITY_LIFE,
                CertificateOptions.SERVING_LIFE);
    }

    private static Rotation next(WebhookIdentity identity, Instant now, boolean settled) {
        return Rotation.next(identity, HOSTS, now, settled);
    }

    @Test
    void freshCertificatesAreKept() {
        assertThat(next(fresh, BEGIN, true)).isEqualTo(Rotation.KEEP);
    }

    @Test
    void theServingCertificateIsReplacedWhenAThirdOfItsLifeIsLeft() {
        assertThat(next(fresh, BEGIN.plus(Duration.ofDays(243)), true)).isEqualTo(Rotation.KEEP);
        assertThat(next(fresh, BEGIN.plus(Duration.ofDays(244)), true)).isEqualTo(Rotation.NEW_SERVING);
    }

    @Test
    void theServingCertificateIsReplacedWhenAHostIsMissing() {
        assertThat(Rotation.next(fresh, Set.of("127.0.0.1", "other"), BEGIN, true))
                .isEqualTo(Rotation.NEW_SERVING);
        assertThat(Rotation.next(fresh, Set.of("127.0.0.1"), BEGIN, true)).isEqualTo(Rotation.KEEP);
    }

    @Test
    void aNewAuthorityDoesNotSignBeforeItsBundleHasSettled() {
        Instant due = BEGIN.plus(Duration.ofDays(2440));
        assertThat(next(fresh, due, true)).isEqualTo(Rotation.NEW_AUTHORITY);

        WebhookIdentity overlapping = Rotation.NEW_AUTHORITY.apply(renewedServing(due), issuer, due);
        assertThat(overlapping.serving()).as("still of the old authority").isNotNull();
        assertThat(overlapping.isServingSignedByAuthority()).isFalse();
        assertThat(next(overlapping, due, false)).isEqualTo(Rotation.KEEP);
        assertThat(next(overlapping, due, true)).isEqualTo(Rotation.NEW_SERVING);
    }

    @Test
    void anExpiredServingCertificateWaitsForNothing() {
        Instant late = BEGIN.plus(Duration.ofDays(2440));
        WebhookIdentity overlapping = Rotation.NEW_AUTHORITY.apply(fresh, issuer, late);
        assertThat(overlapping.serving().isExpired(late)).isTrue();
        assertThat(next(overlapping, late, false)).isEqualTo(Rotation.NEW_SERVING);
    }

    @Test
    void theOldAuthorityIsTrustedUntilAllReplicasHaveTheNewCertificate() {
        WebhookIdentity rotated =
                Rotation.NEW_SERVING.apply(Rotation.NEW_AUTHORITY.apply(fresh, issuer, BEGIN), issuer, BEGIN);
        assertThat(rotated.isServingSignedByAuthority()).isTrue();
        assertThat(next(rotated, BEGIN.plus(Duration.ofMinutes(50)), true)).isEqualTo(Rotation.KEEP);
        assertThat(next(rotated, BEGIN.plus(Duration.ofMinutes(61)), true)).isEqualTo(Rotation.DROP_EARLIER);
        assertThat(Rotation.DROP_EARLIER.apply(rotated, issuer, BEGIN).earlier())
                .isEmpty();
    }

    /** Three decades, looked at every day: whatever the API server last heard must cover what is shown. */
    @Test
    void everyServingCertificateIsTrustedByTheBundleBefore() throws Exception {
        WebhookIdentity identity = fresh;
        List<Rotation> steps = new ArrayList<>();
        for (int day = 0; day < 30 * 365; day++) {
            Instant now = BEGIN.plus(Duration.ofDays(day));
            Rotation step = next(identity, now, true);
            String bundleBefore = identity.bundle();
            identity = step.apply(identity, issuer, now);
            if (step != Rotation.KEEP) {
                steps.add(step);
            }
            assertThat(identity.serving().isExpired(now)).isFalse();
            assertThat(identity.earlier().size()).isLessThanOrEqualTo(1);
            assertTrusted(identity, bundleBefore);
        }
        assertThat(steps.stream().filter(Rotation.NEW_AUTHORITY::equals)).hasSize(4);
        assertThat(steps.stream().filter(Rotation.DROP_EARLIER::equals)).hasSize(4);
    }

    private static void assertTrusted(WebhookIdentity identity, String bundle) throws Exception {
        assertThat(Pem.readCertificates(bundle))
                .anySatisfy(authority -> identity.serving().certificate().verify(authority.getPublicKey()));
    }

    private WebhookIdentity renewedServing(Instant now) {
        return Rotation.NEW_SERVING.apply(fresh, issuer, now);
    }
}
