package dev.cachepolicy.agent;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.policy;
import static dev.cachepolicy.testing.AgentConfigs.withTls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.TestAuthority;
import dev.cachepolicy.testing.TestAuthority.Issued;
import dev.cachepolicy.testing.TlsRedis;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process before a Redis of TLS: what is mounted changes while applications work. */
class AgentTlsIT {

    private static final String HEARTBEATS = "cachepolicy:agents:uid-1";
    private static final String FIELD = "shop/web-0/pod-uid";
    private static final AgentConfig.Tls SERVER = new AgentConfig.Tls("redis-ca", null, null);
    private static final AgentConfig.Tls MUTUAL = new AgentConfig.Tls("redis-ca", "redis-client", null);

    private static final Pattern CLASS_OF_TLS =
            Pattern.compile("(sun\\.security\\.ssl|io\\.netty\\.handler\\.ssl|javax\\.net\\.ssl)[.\\w$]+");

    private final TestAuthority old = TestAuthority.create("old");
    private final TestAuthority next = TestAuthority.create("next");
    private final int port = Ports.free();

    @TempDir
    private Path root;

    @TempDir
    private Path certificates;

    private TlsRedis redis;
    private AgentProcess agent;

    @AfterEach
    void stop() {
        agent.close();
        redis.close();
    }

    private void start(String clients, String... options) {
        redis = TlsRedis.start(certificates, old.issue("127.0.0.1"), clients, options);
        agent = AgentProcess.below(root);
    }

    private AgentConfig over(long revision, AgentConfig.Tls tls, String secret) {
        return withTls(
                revision, redis.endpoint(), port, secret, tls, policy("users", "user:{id}", TtlMode.Override, 60_000));
    }

    private void trust(TestAuthority... authorities) {
        StringBuilder bundle = new StringBuilder();
        for (TestAuthority authority : authorities) {
            bundle.append(authority.pem());
        }
        agent.mount("secrets/redis-ca", Map.of("ca.crt", bundle.toString()));
    }

    private void show(Issued client) {
        agent.mount("secrets/redis-client", Map.of("tls.crt", client.certificate(), "tls.key", client.key()));
    }

    /** For a busy machine. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).ignoreExceptions();
    }

    private Heartbeat heartbeat() {
        return Heartbeat.read(redis.plain().cli("HGET", HEARTBEATS, FIELD)).orElseThrow();
    }

    private double reloads(String result) {
        return agent.metric("cachepolicy_certificate_reload_total{result=\"" + result + "\",}");
    }

    private void awaitReloads(int times) {
        soon().until(() -> reloads("applied") == times);
    }

    @Test
    void authorityAndBothCertificatesAreReplacedUnderLoadWithoutAnError() throws Exception {
        start(old.pem());
        trust(old);
        show(old.issue("client"));
        agent.configure("shop-redis", over(1, MUTUAL, null)).start();
        soon().until(() -> heartbeat().revision() == 1);
        try (ApplicationLoad load = ApplicationLoad.on(port)) {
            load.awaitMore(200);

            trust(old, next);
            awaitReloads(2);
            redis.show(next.issue("127.0.0.1"));
            redis.accept(old.pem() + next.pem());
            load.awaitMore(200);
            show(next.issue("client"));
            awaitReloads(3);
            trust(next);
            awaitReloads(4);
            redis.accept(next.pem());
            load.awaitMore(200);

            assertThat(load.failures()).isEmpty();
        }
        long sequence = heartbeat().sequence();
        soon().until(() -> heartbeat().sequence() > sequence);
    }

    @Test
    void thePasswordIsReplacedUnderLoadWithoutAnError() throws Exception {
        start(null);
        redis.plain().cli("ACL", "SETUSER", "app", "on", ">one", "~*", "&*", "+@all");
        trust(old);
        agent.mount("secrets/redis-app", Map.of("username", "app", "password", "one"))
                .configure("shop-redis", over(1, SERVER, "redis-app"))
                .start();
        try (ApplicationLoad load = ApplicationLoad.on(port)) {
            load.awaitMore(200);

            redis.plain().cli("ACL", "SETUSER", "app", ">two");
            agent.mount("secrets/redis-app", Map.of("username", "app", "password", "two"));
            soon().until(() -> agent.output().contains("Secret redis-app read again"));
            load.awaitMore(200);
            redis.plain().cli("ACL", "SETUSER", "app", "<one");
            load.awaitMore(200);

            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void certificatesThatAreOfNoUseLeaveTheLastOnesInUse() throws Exception {
        start(old.pem());
        trust(old);
        show(old.issue("client"));
        agent.configure("shop-redis", over(1, MUTUAL, null)).start();

        agent.mount("secrets/redis-ca", Map.of("ca.crt", "lost"));
        soon().until(() -> reloads("refused") == 1);
        trust(old);
        awaitReloads(2);
        show(new Issued(old.issue("client").certificate(), old.issue("client").key(), ""));
        soon().until(() -> reloads("refused") == 2);

        try (ApplicationLoad load = ApplicationLoad.on(port)) {
            load.awaitMore(50);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(agent.output())
                .containsOnlyOnce("TLS: Secret redis-ca: ca.crt holds no certificate: write PEM, which begins with"
                        + " -----BEGIN CERTIFICATE-----; new connections use what was there before")
                .containsOnlyOnce("TLS: Secret redis-client: tls.key is not the key of the certificate in tls.crt")
                .doesNotContain("PRIVATE KEY");
        show(old.issue("client"));
        awaitReloads(3);
    }

    @Test
    void aPodMadeBeforeTheSecretWasNamedKeepsWhatItHasAndSaysWhatItLacks() {
        start(null);
        agent.configure(
                        "shop-redis",
                        config(
                                1,
                                redis.plain().endpoint(),
                                port,
                                policy("users", "user:{id}", TtlMode.Override, 60_000)))
                .start();

        agent.configure("shop-redis", over(2, SERVER, null));

        soon().until(() -> heartbeat().refused() != null);
        assertThat(heartbeat().revision()).isEqualTo(1);
        assertThat(heartbeat().refused().reason()).isEqualTo(Reason.SecretNotMounted);
        assertThat(heartbeat().refused().message()).contains("Secret redis-ca is not mounted", "restart the pod");
        assertThat(agent.page("/status")).contains("Secret redis-ca is not mounted");
        assertThat(agent.metric("cachepolicy_config_refused{backend=\"shop-redis\",reason=\"SecretNotMounted\",}"))
                .isEqualTo(1);
        assertThat(agent.output()).containsOnlyOnce("revision 1 stays in use");
        assertThat(agent.status("/readyz")).isEqualTo(200);

        agent.terminate();
        assertThat(agent.awaitExit()).isZero();
        agent.start();
        assertThat(heartbeat().revision()).isEqualTo(1);

        agent.mount("secrets/redis-ca", Map.of("other", "x"));
        soon().until(() -> heartbeat().refused().reason() == Reason.SecretInvalid);
        assertThat(heartbeat().refused().message()).isEqualTo("Secret redis-ca has no key ca.crt: add it, as PEM");
        trust(old);
        soon().until(() -> heartbeat().revision() == 2);
        assertThat(heartbeat().refused()).isNull();
    }

    @Test
    void withoutCertificatesNothingIsServedRatherThanUnprotected() {
        start(null);
        agent.configure("shop-redis", over(1, SERVER, null)).launch();

        soon().until(() -> agent.status("/readyz") == 503);
        assertThat(agent.page("/readyz")).contains("Secret redis-ca is not mounted");
        assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void heartbeatsKeepOneConnection() {
        start(null);
        trust(old);
        agent.configure("shop-redis", over(1, SERVER, null)).start();
        soon().until(() -> heartbeat().sequence() >= 3);

        assertThat(redis.plain()
                        .cli("CLIENT", "LIST")
                        .lines()
                        .filter(line -> line.contains("cmd=hset") || line.contains("cmd=publish")))
                .singleElement()
                .satisfies(line -> assertThat(age(line)).isGreaterThanOrEqualTo(5));
    }

    private static long age(String client) {
        return Long.parseLong(client.replaceFirst(".* age=([0-9]+) .*", "$1"));
    }

    @Test
    void anAgentWithoutTlsLoadsNothingOfIt() throws Exception {
        start(null);
        agent.configure("shop-redis", config(1, redis.plain().endpoint(), port)).start();
        soon().until(() -> heartbeat().revision() == 1);
        assertThat(classesOfTls()).isEmpty();

        trust(old);
        agent.configure("shop-redis", over(2, SERVER, null));
        soon().until(() -> heartbeat().revision() == 2);
        assertThat(classesOfTls()).isNotEmpty();
    }

    private List<String> classesOfTls() throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(agent.process().pid()),
                        "VM.class_hierarchy",
                        "-i")
                .redirectErrorStream(true)
                .start();
        String classes = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(classes).contains("io.netty.channel");
        return CLASS_OF_TLS
                .matcher(classes)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
    }
}
