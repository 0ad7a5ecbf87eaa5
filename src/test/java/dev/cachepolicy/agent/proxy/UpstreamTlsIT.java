package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.testing.RedisProcess;
import dev.cachepolicy.testing.TestAuthority;
import dev.cachepolicy.testing.TestAuthority.Issued;
import dev.cachepolicy.testing.TlsRedis;
import dev.cachepolicy.tls.ClientTls;
import dev.cachepolicy.tls.InvalidCertificateException;
import dev.cachepolicy.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to Redis over TLS: which are made, and what an application sees of those that are not. */
class UpstreamTlsIT {

    private static final TestAuthority CA = TestAuthority.create("ca");
    private static final Issued SERVER = CA.issue("127.0.0.1", "localhost");
    private static final Issued CLIENT = CA.issue("client");

    @TempDir
    private Path directory;

    private static ClientTls trusting(TestAuthority authority, @Nullable Issued shown, @Nullable String serverName)
            throws InvalidCertificateException {
        return ClientTls.of(new TlsFiles(
                authority.pem(),
                shown == null ? null : shown.certificate(),
                shown == null ? null : shown.key(),
                serverName));
    }

    private static TestProxy proxy(String endpoint, ClientTls tls) throws IOException {
        return new TestProxy(config(endpoint, tls));
    }

    private static ListenerConfig config(String endpoint, @Nullable ClientTls tls) {
        return new ListenerConfig(Policies.EACH, endpoint, null, tls, AgentConfig.Limits.DEFAULTS);
    }

    private static void serves(TestProxy proxy) throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.call("SET", "none:k", "v".repeat(100_000))).isEqualTo("+OK");
            assertThat(client.call("STRLEN", "none:k")).isEqualTo(":100000");
            assertThat(client.call("GET", "none:k")).hasSizeGreaterThan(100_000);
            assertThat(client.call("SELECT", "1")).isEqualTo("+OK");
            assertThat(client.call("GET", "none:k")).isEqualTo("$-1");
        }
    }

    /** Redis counts as down: at once for what fails open, with the reason for the rest, told once. */
    private static void refuses(String endpoint, ClientTls tls, String reason) throws Exception {
        try (LogLines log = new LogLines();
                TestProxy proxy = proxy(endpoint, tls)) {
            try (RawClient client = proxy.client()) {
                await().untilAsserted(() ->
                        assertThat(client.call("GET", "none:k")).startsWith("-").contains(reason));
                assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
                assertThat(client.call("GET", "closed:k")).startsWith("-");
            }
            for (int i = 0; i < 20; i++) {
                try (RawClient client = proxy.client()) {
                    assertThat(client.call("PING")).startsWith("-");
                }
            }
            assertThat(log.lines)
                    .filteredOn(line -> line.contains(endpoint))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains(reason));
        }
    }

    @Test
    void redisShowsItsCertificate() throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, null);
                TestProxy proxy = proxy(redis.endpoint(), trusting(CA, null, null))) {
            serves(proxy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothSidesShowOne(String protocol) throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, CA.pem(), "--tls-protocols", protocol);
                TestProxy proxy = proxy(redis.endpoint(), trusting(CA, CLIENT, null))) {
            serves(proxy);
        }
    }

    @Test
    void theNameMayBeAnotherThanTheEndpoints() throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, CA.issue("redis.shop.svc"), null);
                TestProxy proxy = proxy(redis.endpoint(), trusting(CA, null, "redis.shop.svc"))) {
            serves(proxy);
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, CA.issue("redis.shop.svc"), null)) {
            refuses(redis.endpoint(), trusting(CA, null, null), "for another name");
            refuses(redis.endpoint(), trusting(CA, null, "other.shop.svc"), "for another name");
        }
    }

    @Test
    void theEndpointsNameIsNotEnoughWhereAnotherIsAskedFor() throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, null)) {
            refuses(redis.endpoint(), trusting(CA, null, "redis.shop.svc"), "for another name");
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, null)) {
            refuses(
                    redis.endpoint(),
                    trusting(TestAuthority.create("other"), null, null),
                    "no authority that is trusted");
            refuses(
                    redis.endpoint(),
                    ClientTls.of(new TlsFiles(null, null, null, null)),
                    "no authority that is trusted");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Issued expired = CA.issue("EC", Duration.ofMinutes(-1), "127.0.0.1");
        try (TlsRedis redis = TlsRedis.start(directory, expired, null)) {
            refuses(redis.endpoint(), trusting(CA, null, null), "has expired");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void redisMissesTheClientsCertificate(String protocol) throws Exception {
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, CA.pem(), "--tls-protocols", protocol)) {
            refuses(redis.endpoint(), trusting(CA, null, null), "refuses the client's certificate, or its absence");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void redisDoesNotKnowTheClientsAuthority(String protocol) throws Exception {
        Issued stranger = TestAuthority.create("other").issue("client");
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, CA.pem(), "--tls-protocols", protocol)) {
            refuses(redis.endpoint(), trusting(CA, stranger, null), "refuses the client's certificate, or its absence");
        }
    }

    @Test
    void aRedisWithoutTlsIsToldApart() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            refuses(redis.endpoint(), trusting(CA, null, null), "TLS");
        }
    }

    @Test
    void aHandshakeThatHangsIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            refuses("127.0.0.1:" + silent.getLocalPort(), trusting(CA, null, null), "no TLS handshake within 500 ms");
        }
    }

    @Test
    void redisIsServedAgainOnceItShowsTheRightCertificate() throws Exception {
        try (TlsRedis redis =
                        TlsRedis.start(directory, TestAuthority.create("other").issue("127.0.0.1"), null);
                TestProxy proxy = proxy(redis.endpoint(), trusting(CA, null, null));
                RawClient client = proxy.client()) {
            await().untilAsserted(() -> assertThat(client.call("GET", "none:k")).startsWith("-"));

            redis.show(SERVER);

            await().untilAsserted(() -> assertThat(client.call("PING")).isEqualTo("+PONG"));
        }
    }

    @Test
    void renewedCertificatesAreForNewConnectionsAndTheOldOnesStay() throws Exception {
        TestAuthority next = TestAuthority.create("next");
        try (TlsRedis redis = TlsRedis.start(directory, SERVER, CA.pem());
                TestProxy proxy = proxy(redis.endpoint(), trusting(CA, CLIENT, null));
                RawClient before = proxy.client()) {
            before.call("SELECT", "1");
            String id = before.call("CLIENT", "ID");
            redis.show(next.issue("127.0.0.1"));
            redis.accept(next.pem());

            proxy.listener.apply(config(redis.endpoint(), trusting(next, next.issue("client"), null)));

            assertThat(before.call("CLIENT", "ID")).isEqualTo(id);
            try (RawClient after = proxy.client()) {
                assertThat(after.call("SELECT", "1")).isEqualTo("+OK");
                assertThat(after.call("CLIENT", "ID")).isNotEqualTo(id);
            }
        }
    }

    /** What the proxy's backends log. */
    private static final class LogLines extends Handler implements AutoCloseable {

        private final Logger logger = Logger.getLogger(Backend.class.getName());
        private final List<String> lines = new CopyOnWriteArrayList<>();

        LogLines() {
            logger.addHandler(this);
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }

        @Override
        public void close() {
            logger.removeHandler(this);
        }
    }
}
