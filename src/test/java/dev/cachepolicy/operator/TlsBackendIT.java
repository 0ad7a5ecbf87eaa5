package dev.cachepolicy.operator;

import static dev.cachepolicy.operator.OperatorHarness.backendIs;
import static dev.cachepolicy.operator.OperatorHarness.condition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.Features;
import dev.cachepolicy.testing.RedisProcess;
import dev.cachepolicy.testing.TestAuthority;
import dev.cachepolicy.testing.TestAuthority.Issued;
import dev.cachepolicy.testing.TlsRedis;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator before a Redis of TLS: what its conditions say of certificates, and how it follows renewed ones. */
class TlsBackendIT {

    private static final String SERVER = "tls: {mode: Server, caSecretRef: {name: redis-ca}}\n";
    private static final String MUTUAL =
            "tls: {mode: Mutual, caSecretRef: {name: redis-ca}, clientCertSecretRef: {name: redis-client}}\n";
    private static final String MEMORY = "memory: {maxMemory: 64Mi}";

    private final TestAuthority ca = TestAuthority.create("ca");

    @TempDir
    private Path directory;

    private OperatorHarness operator;

    @BeforeEach
    void start() {
        operator = OperatorHarness.start();
    }

    @AfterEach
    void stop() {
        operator.close();
    }

    private TlsRedis redis(String clients, String... names) {
        return TlsRedis.start(directory, ca.issue(names), clients);
    }

    private void secret(String name, Map<String, String> values) {
        operator.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(operator.namespace())
                        .withName(name)
                        .endMetadata()
                        .withStringData(values)
                        .build())
                .createOr(existing -> existing.update());
        operator.clock().advance(Duration.ofMinutes(1));
    }

    private void trust(String pem) {
        secret("redis-ca", Map.of("ca.crt", pem));
    }

    private void show(Issued client) {
        secret("redis-client", Map.of("tls.crt", client.certificate(), "tls.key", client.key()));
    }

    private void awaitReachable(String status, String reason, String... words) {
        var backend = operator.awaitBackend("shop", backendIs("Reachable", status, reason));
        assertThat(condition(backend.getStatus().conditions(), "Reachable").getMessage())
                .contains(words)
                .doesNotContain("BEGIN");
    }

    @Test
    void settingsAreAppliedAndDriftIsCorrectedOverTls() {
        trust(ca.pem());
        show(ca.issue("operator"));
        try (TlsRedis redis = redis(ca.pem(), "127.0.0.1")) {
            operator.backend("shop", redis.endpoint(), MUTUAL + MEMORY);
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
            assertThat(redis.plain().cli("CONFIG", "GET", "maxmemory")).endsWith("67108864");

            redis.plain().cli("CONFIG", "SET", "maxmemory", "1mb");

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(redis.plain().cli("CONFIG", "GET", "maxmemory"))
                            .endsWith("67108864"));
            AgentConfig config = operator.config("shop");
            assertThat(config.upstream().tls()).isEqualTo(new AgentConfig.Tls("redis-ca", "redis-client", null));
            assertThat(config.requires()).containsExactly(Features.TLS);
        }
    }

    @Test
    void secretsThatAreMissingOrOfNoUseAreNamedWithTheirKey() {
        try (TlsRedis redis = redis(ca.pem(), "127.0.0.1")) {
            operator.backend("shop", redis.endpoint(), MUTUAL + MEMORY);
            String namespace = operator.namespace();
            awaitReachable(
                    "False", "SecretNotFound", "Secret " + namespace + "/redis-ca does not exist", "the key ca.crt");

            secret("redis-ca", Map.of("other", "x"));
            awaitReachable("False", "SecretInvalid", "Secret " + namespace + "/redis-ca has no key ca.crt: add it");

            trust("lost");
            secret("redis-client", Map.of("tls.crt", "x", "tls.key", "y"));
            operator.awaitBackend(
                    "shop",
                    backend -> condition(backend.getStatus().conditions(), "Reachable")
                            .getMessage()
                            .contains("Secret " + namespace
                                    + "/redis-ca is of no use: its key ca.crt holds no certificate"));

            trust(ca.pem());
            operator.awaitBackend(
                    "shop",
                    backend -> condition(backend.getStatus().conditions(), "Reachable")
                            .getMessage()
                            .contains("Secret " + namespace
                                    + "/redis-client is of no use: its key tls.crt holds no certificate"));

            show(ca.issue("operator"));
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
        }
    }

    @Test
    void renewedCertificatesAreFollowedWithoutARestart() {
        TestAuthority next = TestAuthority.create("next");
        trust(ca.pem());
        show(ca.issue("operator"));
        try (TlsRedis redis = redis(ca.pem(), "127.0.0.1")) {
            operator.backend("shop", redis.endpoint(), MUTUAL + MEMORY);
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));

            trust(next.pem());
            awaitReachable(
                    "False",
                    "ServerCertificateUntrusted",
                    "add its authority to the key ca.crt of Secret " + operator.namespace() + "/redis-ca");
            redis.show(next.issue("127.0.0.1"));
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));

            redis.accept(next.pem());
            redis.plain().cli("CLIENT", "KILL", "TYPE", "normal");
            awaitReachable(
                    "False",
                    "ClientCertificateRefused",
                    "compare the key tls.crt of Secret " + operator.namespace() + "/redis-client");
            show(next.issue("operator"));
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
        }
    }

    @Test
    void noPasswordIsSentToAServerThatIsNotTrusted() {
        trust(TestAuthority.create("other").pem());
        secret("redis-admin", Map.of("password", "secret"));
        try (TlsRedis redis = TlsRedis.start(directory, ca.issue("127.0.0.1"), null, "--requirepass", "secret")) {
            String auth = "auth: {adminSecretRef: {name: redis-admin}}\n";
            operator.backend("shop", redis.endpoint(), auth + SERVER + MEMORY);
            awaitReachable("False", "ServerCertificateUntrusted", "redis-ca");
            assertThat(redis.plain().cli("--pass", "secret", "INFO", "commandstats"))
                    .doesNotContain("cmdstat_info");

            trust(ca.pem());
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefusedUntilItIsTheNameAskedFor() {
        trust(ca.pem());
        try (TlsRedis redis = redis(null, "redis.shop.svc")) {
            operator.backend("shop", redis.endpoint(), SERVER + MEMORY);
            awaitReachable("False", "ServerNameMismatch", "write a name that it has as spec.tls.serverName");

            operator.backend(
                    "shop",
                    redis.endpoint(),
                    "tls: {mode: Server, caSecretRef: {name: redis-ca}, serverName: redis.shop.svc}\n" + MEMORY);
            operator.awaitBackend("shop", backendIs("Ready", "True", "Ready"));
        }
    }

    @Test
    void anExpiredCertificateIsRefused() {
        trust(ca.pem());
        try (TlsRedis redis = TlsRedis.start(directory, ca.issue("EC", Duration.ofMinutes(-1), "127.0.0.1"), null)) {
            operator.backend("shop", redis.endpoint(), SERVER + MEMORY);
            awaitReachable("False", "ServerCertificateExpired", "has expired", "renew it at Redis");
        }
    }

    @Test
    void withoutACertificateARedisThatWantsOneSaysSo() {
        trust(ca.pem());
        try (TlsRedis redis = redis(ca.pem(), "127.0.0.1")) {
            operator.backend("shop", redis.endpoint(), SERVER + MEMORY);
            awaitReachable("False", "ClientCertificateRefused", "write mode: Mutual");
        }
    }

    @Test
    void aRedisThatDoesNotSpeakTlsIsToldApart() {
        trust(ca.pem());
        try (RedisProcess plain = RedisProcess.start()) {
            operator.backend("shop", plain.endpoint(), SERVER + MEMORY);
            awaitReachable("False", "Timeout", "no answer to the TLS handshake in time", "not its tls-port");
        }
    }

    @Test
    void anotherProgramIsToldApart() throws IOException {
        trust(ca.pem());
        try (ServerSocket mail = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> greet(mail));
            operator.backend("shop", "127.0.0.1:" + mail.getLocalPort(), SERVER + MEMORY);
            awaitReachable("False", "NotTLS", "does not speak TLS", "tls-port", "Disabled");
        }
    }

    private static void greet(ServerSocket server) {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write("220 mail.example.com\r\n".getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    @Test
    void aRedisThatOnlySpeaksTlsIsToldApart() {
        try (TlsRedis redis = redis(null, "127.0.0.1")) {
            operator.backend("shop", redis.endpoint(), MEMORY);
            awaitReachable("False", "ConnectionFailed", "with spec.tls whether it speaks TLS");
        }
    }
}
