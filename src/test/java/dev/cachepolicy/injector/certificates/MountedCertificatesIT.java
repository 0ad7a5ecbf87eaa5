package dev.cachepolicy.injector.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedCertificatesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Issuer ISSUER = new Issuer(RotationTest.options(Set.of("localhost")));

    private final WebhookIdentity first = WebhookIdentity.create(ISSUER, Instant.now());
    private final WebhookIdentity second = WebhookIdentity.create(ISSUER, Instant.now());
    private final CollectorRegistry registry = new CollectorRegistry();

    @TempDir
    private Path directory;

    private MountedCertificates certificates;

    private void start() {
        certificates = new MountedCertificates(new CertificateDirectory(directory), registry);
    }

    @AfterEach
    void close() {
        certificates.close();
    }

    private void write(Credential certificate, Credential key) throws IOException {
        Files.writeString(directory.resolve("tls.crt"), Pem.certificates(certificate.chain()));
        Files.writeString(directory.resolve("tls.key"), Pem.key(key.key()));
    }

    @Test
    void waitsUntilThereIsACertificate() throws Exception {
        start();
        assertThat(certificates.isReady()).isFalse();
        write(first.serving(), first.serving());
        await().atMost(PATIENCE).until(certificates::isReady);
        assertThat(shown()).containsExactly(first.serving().certificate());
        assertThat(registry.getSampleValue("cachepolicy_webhook_certificate_expiry_timestamp_seconds"))
                .isEqualTo((double)
                        first.serving().certificate().getNotAfter().toInstant().getEpochSecond());
    }

    @Test
    void showsARenewedOneWithoutARestart() throws Exception {
        write(first.serving(), first.serving());
        start();
        write(second.serving(), second.serving());
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(shown()).containsExactly(second.serving().certificate()));
    }

    @Test
    void showsTheChain() throws Exception {
        Credential serving = first.serving();
        write(new Credential(List.of(serving.certificate(), first.authority().certificate()), serving.key()), serving);
        start();
        assertThat(shown())
                .containsExactly(serving.certificate(), first.authority().certificate());
    }

    @Test
    void aCertificateWithoutItsKeyIsNotShown() throws Exception {
        write(first.serving(), first.serving());
        start();
        // Between the exchange of one file and of the other.
        write(second.serving(), first.serving());
        await().pollDelay(Duration.ofSeconds(5))
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(shown()).containsExactly(first.serving().certificate()));
    }

    private Certificate[] shown() throws Exception {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new Anyone()}, null);
        try (SSLServerSocket server = (SSLServerSocket) certificates
                        .sslContext()
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket()) {
            Thread accepting = Thread.ofVirtual().start(() -> {
                try (SSLSocket accepted = (SSLSocket) server.accept()) {
                    accepted.startHandshake();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
            Certificate[] certificates = socket.getSession().getPeerCertificates();
            accepting.join();
            return certificates;
        }
    }

    /** The test looks at the certificates itself. */
    private static final class Anyone implements javax.net.ssl.X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
