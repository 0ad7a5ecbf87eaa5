package dev.cachepolicy.injector.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IssuerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final Issuer issuer =
            new Issuer(RotationTest.options(Set.of("webhooks.cachepolicy.svc", "127.0.0.1", "::1")));

    @Test
    void theServingCertificateIsAValidPathFromItsAuthority() throws Exception {
        Credential authority = issuer.authority(NOW);
        X509Certificate serving = issuer.serving(authority, NOW).certificate();
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW.plusSeconds(1)));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(serving)), parameters);
        assertThat(serving.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(serving.getBasicConstraints()).as("not an authority itself").isEqualTo(-1);
    }

    @Test
    void hostsAreNamedByTheirKind() throws Exception {
        X509Certificate serving = issuer.serving(issuer.authority(NOW), NOW).certificate();
        assertThat(serving.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "webhooks.cachepolicy.svc"), List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void theServingCertificateDoesNotOutliveItsAuthority() {
        Credential authority = issuer.authority(NOW);
        Credential serving = issuer.serving(authority, NOW.plus(Duration.ofDays(3600)));
        assertThat(serving.certificate().getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void pemGivesBackWhatWasWritten() throws Exception {
        Credential authority = issuer.authority(NOW);
        assertThat(Pem.readCertificates(Pem.certificates(List.of(authority.certificate()))))
                .containsExactly(authority.certificate());
        assertThat(Pem.readKey(Pem.key(authority.key()))).isEqualTo(authority.key());
    }

    @Test
    void aCredentialDoesNotPrintItsKey() {
        Credential authority = issuer.authority(NOW);
        assertThat(authority.toString()).matches("CN=cachepolicy webhooks CA [0-9a-f]+, serial [0-9a-f]+");
    }
}
