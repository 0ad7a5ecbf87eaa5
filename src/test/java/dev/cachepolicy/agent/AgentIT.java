package dev.cachepolicy.agent;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.policy;
import static dev.cachepolicy.testing.AgentConfigs.withSecret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
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
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** The agent as a process: {@code bin/cachepolicy agent} from its start to its end. */
class AgentIT {

    private static final String HEARTBEATS = "cachepolicy:agents:uid-1";
    private static final String FIELD = "shop/web-0/pod-uid";

    /** For a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path root;

    private final int port = Ports.free();
    private RedisProcess redis;
    private AgentProcess agent;

    @BeforeEach
    void startRedis() {
        redis = RedisProcess.start();
        agent = AgentProcess.below(root);
    }

    @AfterEach
    void stop() {
        agent.close();
        redis.close();
    }

    @Test
    void aChangedTtlIsFollowedAndAcknowledgedWithoutARestart() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        long pid = agent.process().pid();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set("user:1", "ann");
            assertThat(redis.cli("TTL", "user:1")).isEqualTo("600");

            agent.configure("shop-redis", usersFor(2, 60));

            await().atMost(LONG).until(() -> heartbeat().revision() == 2);
            jedis.set("user:1", "ann");
            assertThat(redis.cli("TTL", "user:1")).isEqualTo("60");
            jedis.set("user:2", "bob", SetParams.setParams().ex(600));
            assertThat(redis.cli("TTL", "user:2")).isEqualTo("60");
        }
        assertThat(agent.process().pid()).isEqualTo(pid);
        assertThat(agent.metric("cachepolicy_config_revision{backend=\"shop-redis\",}"))
                .isEqualTo(2);
    }

    @Test
    void theHeartbeatCarriesWhatWasCounted() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set("user:1", "ann");
            jedis.get("user:1");
            jedis.get("user:2");
        }

        await().until(() ->
                new Heartbeat.Counters(1, 1).equals(heartbeat().counters().get("shop/users")));
    }

    @Test
    void aBadFileKeepsTheLastGoodOneOverARestartAndTheOperatorLearnsWhy() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        agent.mount(
                "config/shop-redis",
                Map.of(
                        AgentConfig.FILE_NAME,
                        AgentConfigYaml.write(usersFor(2, 60))
                                .replace("\"requires\": []", "\"requires\": [\"TimeTravel\"]")));
        await().until(() -> heartbeat().refused() != null);
        agent.terminate();
        assertThat(agent.awaitExit()).isZero();

        agent.start();

        await().until(() -> redis.cli("HEXISTS", HEARTBEATS, FIELD).equals("1"));
        assertThat(heartbeat().revision()).isEqualTo(1);
        assertThat(heartbeat().refused().message()).contains("TimeTravel");
        assertThat(agent.metric("cachepolicy_config_reload_total{backend=\"shop-redis\",result=\"refused\",}"))
                .isEqualTo(1);
        assertThat(agent.metric("cachepolicy_config_refused{backend=\"shop-redis\",reason=\"AgentTooOld\",}"))
                .isEqualTo(1);
        assertThat(agent.metric("cachepolicy_config_refused{backend=\"shop-redis\",reason=\"Malformed\",}"))
                .isZero();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set("user:1", "ann");
            assertThat(redis.cli("TTL", "user:1")).isEqualTo("600");
        }
    }

    @Test
    void isReadyWhenTheExpectedBackendHasItsConfiguration() {
        agent.with("--expect-backends", "shop-redis").launch();
        await().atMost(LONG).until(() -> agent.status("/healthz") == 200);
        assertThat(agent.status("/readyz")).isEqualTo(503);
        assertThat(agent.page("/readyz")).isEqualTo("there is no configuration yet of shop-redis\n");

        agent.configure("shop-redis", usersFor(1, 600));

        await().atMost(LONG).until(() -> agent.status("/readyz") == 200);
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void anotherPortIsOpenedAndTheOneThatApplicationsKnowStays() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        int other = Ports.free();
        try (Jedis before = new Jedis("127.0.0.1", port)) {
            agent.configure(
                    "shop-redis",
                    config(2, redis.endpoint(), other, policy("users", "user:{id}", TtlMode.Override, 60_000)));
            await().until(() -> heartbeat().revision() == 2);

            before.set("user:1", "ann");
            assertThat(redis.cli("TTL", "user:1")).isEqualTo("60");
            for (int each : new int[] {port, other}) {
                try (Jedis after = new Jedis("127.0.0.1", each)) {
                    assertThat(after.ping()).isEqualTo("PONG");
                }
            }
        }
    }

    @Test
    void aRotatedSecretIsUsedByNewConnections() {
        redis.cli("ACL", "SETUSER", "app", "on", ">one", "~*", "&*", "+@all");
        agent.mount("secrets/redis-app", Map.of("username", "app", "password", "one"))
                .configure(
                        "shop-redis",
                        withSecret(
                                1,
                                redis.endpoint(),
                                port,
                                "redis-app",
                                policy("users", "user:{id}", TtlMode.Override, 60_000)))
                .start();
        assertThat(whoAmI()).isEqualTo("app");

        redis.cli("ACL", "SETUSER", "app", "resetpass", ">two");
        agent.mount("secrets/redis-app", Map.of("username", "app", "password", "two"));

        await().until(() -> agent.output().contains("Secret redis-app read again"));
        assertThat(whoAmI()).isEqualTo("app");
        assertThat(agent.output()).doesNotContain("one\"").doesNotContain("password");
        assertThat(agent.page("/status")).doesNotContain("two").doesNotContain("password");
    }

    private String whoAmI() {
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            return jedis.aclWhoAmI();
        }
    }

    @Test
    void statusShowsBackendsAndPoliciesAndNoKeys() throws IOException {
        agent.configure("shop-redis", usersFor(3, 600)).start();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set("user:ann-the-secret-key", "x");
        }
        await().until(() -> redis.cli("HEXISTS", HEARTBEATS, FIELD).equals("1"));

        JsonNode status = new ObjectMapper().readTree(agent.page("/status"));

        JsonNode backend = status.path("backends").path("shop-redis");
        assertThat(status.path("pod").asText()).isEqualTo(FIELD);
        assertThat(backend.path("revision").asInt()).isEqualTo(3);
        assertThat(backend.path("heartbeat").asText()).isEqualTo("sent");
        assertThat(backend.path("redis").asText()).isEqualTo(redis.endpoint());
        assertThat(backend.path("listeners").get(0).asText()).isEqualTo("127.0.0.1:" + port);
        assertThat(backend.path("policies").get(0).path("id").asText()).isEqualTo("shop/users");
        assertThat(agent.page("/status") + agent.page("/metrics")).doesNotContain("ann-the-secret-key");
    }

    @Test
    void onSigtermACommandUnderWayIsAnsweredAndTheHeartbeatGoes() throws Exception {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        await().until(() -> redis.cli("HEXISTS", HEARTBEATS, FIELD).equals("1"));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(5000);
            client.getOutputStream().write("BLPOP queue 3\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> redis.cli("CLIENT", "LIST").contains("cmd=blpop"));

            agent.terminate();

            await().until(() -> agent.output().contains("draining"));
            assertThat(agent.status("/readyz")).isEqualTo(503);
            redis.cli("RPUSH", "queue", "job");
            InputStream replies = client.getInputStream();
            byte[] expected = "*2\r\n$5\r\nqueue\r\n$3\r\njob\r\n".getBytes(StandardCharsets.US_ASCII);
            assertThat(replies.readNBytes(expected.length)).isEqualTo(expected);
            assertThat(agent.awaitExit()).isZero();
        }
        assertThat(redis.cli("EXISTS", HEARTBEATS)).isEqualTo("0");
    }

    @Test
    void onSigtermAnIdleAgentEndsWithoutWaitingForAnyone() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        agent.terminate();
        assertThat(agent.awaitExit()).isZero();
        assertThat(agent.output()).contains("ended").doesNotContain("still waiting");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            agent.configure("shop-redis", usersFor(1, 600)).launch();
            assertThat(agent.awaitExit()).isEqualTo(1);
            assertThat(agent.output())
                    .contains("cachepolicy agent: cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void anEndedRedisDoesNotEndTheAgent() {
        agent.configure("shop-redis", usersFor(1, 600)).start();
        redis.kill();
        assertThat(agent.status("/readyz")).isEqualTo(200);
        redis.restart();
        await().atMost(LONG).until(() -> redis.cli("HEXISTS", HEARTBEATS, FIELD).equals("1"));
    }

    private AgentConfig usersFor(long revision, long seconds) {
        return config(revision, redis.endpoint(), port, policy("users", "user:{id}", TtlMode.Override, seconds * 1000));
    }

    private Heartbeat heartbeat() {
        await().until(() -> redis.cli("HEXISTS", HEARTBEATS, FIELD).equals("1"));
        return Heartbeat.read(redis.cli("HGET", HEARTBEATS, FIELD)).orElseThrow();
    }
}
