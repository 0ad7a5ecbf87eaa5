package dev.cachepolicy.e2e;

import dev.cachepolicy.injector.certificates.ShortLivedCertificate;
import dev.cachepolicy.testing.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each alert about the operator itself, raised by a fault and gone after its remedy. */
class OperatorAlertsE2E {

    private static final Platform PLATFORM = Platform.shared();

    private final OperatorRelease operator = PLATFORM.operator();

    @Test
    void operatorAbsent() {
        operator.stop();
        PLATFORM.prometheus().firesAndResolves("CachePolicyOperatorAbsent", Map.of(), operator::start);
    }

    /** Ten days are less than the alert's fourteen, and more than the third of its life in which it would be replaced. */
    @Test
    void webhookCertificateExpiring() {
        String secret = OperatorRelease.NAME + "-webhook";
        ShortLivedCertificate.put(
                PLATFORM.cluster().client(),
                OperatorRelease.NAMESPACE,
                secret,
                OperatorRelease.NAME + "." + OperatorRelease.NAMESPACE + ".svc",
                Duration.ofDays(10));
        lookAtOnce();
        PLATFORM.prometheus().firesAndResolves("CachePolicyWebhookCertificateExpiring", Map.of(), () -> {
            operator.kubectl().run("delete", "secret", secret);
            lookAtOnce();
        });
    }

    /** The operators look at their certificates every minute, and when somebody has changed the webhooks. */
    private void lookAtOnce() {
        Program kubectl = operator.kubectl();
        kubectl.run(
                "annotate",
                "mutatingwebhookconfiguration",
                OperatorRelease.NAME,
                "--overwrite",
                "drill=" + Instant.now());
    }
}
