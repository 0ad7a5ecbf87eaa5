package dev.cachepolicy.injector.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedCertificateTest {

    private final WebhookIdentity first = identity();
    private final WebhookIdentity second = identity();
    private final ServedCertificate served = new ServedCertificate();

    private static WebhookIdentity identity() {
        return WebhookIdentity.create(new Issuer(RotationTest.options(Set.of("localhost"))), Instant.now());
    }

    @Test
    void nothingIsShownBeforeTheFirst() {
        assertThat(served.chooseEngineServerAlias("EC", null, null)).isNull();
    }

    @Test
    void aHandshakeUnderWayKeepsItsCertificateAndKey() {
        served.use(first.serving());
        String alias = served.chooseEngineServerAlias("EC", null, null);
        served.use(second.serving());
        assertThat(served.getCertificateChain(alias))
                .containsExactly(first.serving().certificate());
        assertThat(served.getPrivateKey(alias)).isEqualTo(first.serving().key());
    }

    @Test
    void theNextHandshakeGetsTheNewOne() {
        served.use(first.serving());
        served.use(second.serving());
        String alias = served.chooseEngineServerAlias("EC", null, null);
        assertThat(served.getCertificateChain(alias))
                .containsExactly(second.serving().certificate());
        assertThat(served.getPrivateKey(alias)).isEqualTo(second.serving().key());
    }

    @Test
    void aClientThatCannotUseTheKeyGetsNone() {
        served.use(first.serving());
        assertThat(served.chooseEngineServerAlias("RSA", null, null)).isNull();
    }
}
