package dev.cachepolicy.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Certificates change while pods are created, with two replicas, and no admission fails. Clocks begin in the past, so
 * that what is due in a test is still valid for the API server's clock.
 */
class CertificateRotationIT {

    private static final Duration SETTLED = Duration.ofSeconds(11);

    private final WebhookEnvironment environment = new WebhookEnvironment();
    private final List<Injector> injectors = new ArrayList<>();

    @AfterEach
    void stop() {
        environment.close();
        injectors.forEach(Injector::close);
    }

    private Injector start(InjectorOptions options, TestClock clock) throws IOException {
        Injector injector = environment.start(options, clock);
        injectors.add(injector);
        return injector;
    }

    /** Two replicas, the configurations installed with the first one's port, and admission known to work. */
    private AdmissionLoad startLoad(InjectorOptions options, TestClock clock) throws IOException {
        Injector first = start(options, clock);
        Injector second = start(options, clock);
        environment
                .client
                .resource(environment
                        .client
                        .getKubernetesSerialization()
                        .unmarshal("""
                apiVersion: cachepolicy.dev/v1alpha1
                kind: CacheBackend
                metadata: {name: shop-redis, namespace: %s}
                spec: {endpoints: ["redis:6379"]}
                """.formatted(environment.namespace), CacheBackend.class))
                .create();
        environment.install(first.port());
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> !environment
                        .client
                        .resource(environment.pod())
                        .dryRun(true)
                        .create()
                        .getSpec()
                        .getInitContainers()
                        .isEmpty());
        return new AdmissionLoad(environment, first.port(), second.port());
    }

    /** {@return the serial numbers of what the replicas show to a client that trusts the published bundle} */
    private Set<BigInteger> shown() {
        return injectors.stream()
                .map(injector -> {
                    try {
                        return Handshake.trusting(environment.publishedBundle())
                                .with(injector.port())
                                .getSerialNumber();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .collect(Collectors.toSet());
    }

    private void awaitOneNew(Set<BigInteger> before) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            environment.nudge();
            assertThat(shown()).hasSize(1).isNotEqualTo(before);
        });
    }

    private int authorities() {
        return environment.publishedBundle().split("BEGIN CERTIFICATE", -1).length - 1;
    }

    private void awaitAuthorities(int count) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            environment.nudge();
            assertThat(authorities()).isEqualTo(count);
        });
    }

    @Test
    void theServingCertificateIsReplacedUnderLoad() throws Exception {
        TestClock clock = new TestClock(Instant.now().minus(Duration.ofDays(9)));
        InjectorOptions options = environment.options(Duration.ofDays(60), Duration.ofDays(12));
        try (AdmissionLoad load = startLoad(options, clock)) {
            load.awaitMore(20);
            Set<BigInteger> before = shown();
            assertThat(before).hasSize(1);

            clock.advance(Duration.ofDays(9));
            awaitOneNew(before);
            load.awaitMore(20);
            assertThat(authorities()).isEqualTo(1);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void theAuthorityIsReplacedUnderLoad() throws Exception {
        TestClock clock = new TestClock(Instant.now().minus(Duration.ofDays(21)));
        InjectorOptions options = environment.options(Duration.ofDays(30), Duration.ofDays(29));
        try (AdmissionLoad load = startLoad(options, clock)) {
            load.awaitMore(20);
            Set<BigInteger> before = shown();

            clock.advance(Duration.ofDays(21));
            awaitAuthorities(2);
            assertThat(shown()).as("the new authority has signed nothing yet").isEqualTo(before);

            load.awaitMore(20);
            clock.advance(SETTLED);
            awaitOneNew(before);
            load.awaitMore(20);
            assertThat(authorities()).isEqualTo(2);

            clock.advance(Duration.ofHours(1));
            awaitAuthorities(1);
            load.awaitMore(20);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void aDeletedSecretIsMadeAnewUnderLoad() throws Exception {
        TestClock clock = new TestClock(Instant.now());
        InjectorOptions options = environment.options(Duration.ofDays(30), Duration.ofDays(15));
        try (AdmissionLoad load = startLoad(options, clock)) {
            load.awaitMore(20);
            Set<BigInteger> before = shown();

            environment
                    .client
                    .secrets()
                    .inNamespace(environment.namespace)
                    .withName("webhook-certificates")
                    .delete();
            awaitAuthorities(2);
            load.awaitMore(20);
            clock.advance(SETTLED);
            awaitOneNew(before);
            load.awaitMore(20);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void replicasThatStartTogetherEndWithOneCertificate() throws Exception {
        TestClock clock = new TestClock(Instant.now());
        InjectorOptions options = environment.options(Duration.ofDays(30), Duration.ofDays(15));
        for (int replica = 0; replica < 6; replica++) {
            start(options, clock);
        }
        environment.install(injectors.getFirst().port());
        await().atMost(Duration.ofSeconds(30)).until(() -> injectors.stream().allMatch(Injector::isReady));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !environment.publishedBundle().isEmpty());
        assertThat(shown()).hasSize(1);
        assertThat(authorities()).isEqualTo(1);
    }
}
