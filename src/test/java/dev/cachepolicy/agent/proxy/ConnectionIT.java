package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.agent.policy.PolicyTable;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Order, subscriptions, size, backpressure and lifecycle of connections, against a real Redis. */
class ConnectionIT {

    private static final int REPLIES = 64;
    private static final String MUCH = "x".repeat(1 << 20);

    private static RedisProcess redis;
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start();
        proxy = TestProxy.to(redis.endpoint());
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "over", "slide"})
    void aPipelineOfTenThousandKeepsItsOrder(String prefix) throws Exception {
        int depth = 10_000;
        try (RawClient client = proxy.client()) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < depth; i++) {
                        client.send("SET", prefix + ":" + i, "<" + i + ">")
                                .send("INCR", prefix + ":count")
                                .send("GET", prefix + ":" + i);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < depth; i++) {
                assertThat(client.reply()).isEqualTo("+OK");
                assertThat(client.reply()).isEqualTo(":" + (i + 1));
                assertThat(client.reply()).endsWith("<" + i + ">");
            }
            sent.get(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\n", "Host: 127.0.0.1\r\n", "*1\r\n$4\r\npost\r\n"})
    void anHttpRequestEndsTheConnectionAndNothingBehindItIsCarriedOut(String request) throws Exception {
        try (RawClient client = proxy.client()) {
            assertThat(client.raw(request + "SET none:smuggled 1\r\n").untilClosed())
                    .isEmpty();
        }
        assertThat(redis.cli("EXISTS", "none:smuggled")).isEqualTo("0");
    }

    @Test
    void sixtyFourMegabytesGoBothWays() throws Exception {
        String value = "0123456789abcdef".repeat(4 << 20);
        try (RawClient client = proxy.client()) {
            assertThat(client.call("SET", "over:huge", value)).isEqualTo("+OK");
            assertThat(client.call("TTL", "over:huge")).isIn(":60", ":59");
            String reply = client.call("GET", "over:huge");
            assertThat(reply.length()).isEqualTo("$67108864\r\n".length() + value.length());
            assertThat(reply.endsWith(value)).isTrue();
            client.call("DEL", "over:huge");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void subscriptionsComeAndGo(String protocol) throws Exception {
        String marker = protocol.equals("3") ? ">" : "*";
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.call("HELLO", protocol);
            client.send("SUBSCRIBE", "a", "b", "a").send("PSUBSCRIBE", "p*");
            for (String confirmed : new String[] {"a|1", "b|2", "a|2"}) {
                assertThat(client.reply())
                        .startsWith(marker + "3")
                        .contains("$9\r\nsubscribe", "\r\n:" + confirmed.split("\\|", -1)[1]);
            }
            assertThat(client.reply()).contains("psubscribe", ":3");
            for (int i = 0; i < 100; i++) {
                assertThat(other.call("PUBLISH", "a", "message " + i)).isEqualTo(":1");
                assertThat(client.reply())
                        .startsWith(marker + "3\r\n$7\r\nmessage")
                        .endsWith("message " + i);
            }
            client.send("PING", "x");
            assertThat(client.reply()).endsWith("x");
            client.send("UNSUBSCRIBE")
                    .send("PUNSUBSCRIBE")
                    .send("SET", "over:sub", "v")
                    .send("GET", "over:sub");
            assertThat(client.reply()).contains("$11\r\nunsubscribe", ":2");
            assertThat(client.reply()).contains("$11\r\nunsubscribe", ":1");
            assertThat(client.reply()).contains("punsubscribe", ":0");
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.reply()).isEqualTo("$1\r\nv");
            assertThat(client.call("TTL", "over:sub")).isEqualTo(":60");
            client.call("RPUSH", "none:lookalike", "message", "a", "b");
            assertThat(client.call("LRANGE", "none:lookalike", "0", "-1")).startsWith("*3\r\n$7\r\nmessage");
            client.call("DEL", "none:lookalike");
        }
    }

    @Test
    void monitorGetsItsLinesUntilReset() throws Exception {
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            assertThat(client.call("MONITOR")).isEqualTo("+OK");
            other.call("SET", "none:seen", "v");
            String line = client.reply();
            while (!line.contains("none:seen")) {
                line = client.reply(); // what clients before it have left to do
            }
            assertThat(line).matches("\\+\\d+\\.\\d+ \\[0 .*] \"SET\" \"none:seen\" \"v\"");
            assertThat(client.call("RESET")).isEqualTo("+RESET");
            client.call("SET", "over:after-reset", "v");
            assertThat(client.call("TTL", "over:after-reset")).isEqualTo(":60");
        }
    }

    @Test
    void watchedKeysThatChangeAbortTheTransaction() throws Exception {
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.call("WATCH", "over:w");
            other.call("SET", "over:w", "v");
            client.call("MULTI");
            client.call("SET", "over:w", "mine");
            assertThat(client.call("EXEC")).isEqualTo("*-1");
            assertThat(client.call("GET", "over:w")).isEqualTo("$1\r\nv");
        }
    }

    @Test
    void commandsWithoutRepliesDoNotShiftOthers() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("CLIENT", "REPLY", "SKIP").send("SET", "over:skip", "v");
            assertThat(client.call("GET", "over:skip")).isEqualTo("$1\r\nv");
            client.send("CLIENT", "REPLY", "SKIP").send("INCR", "over:skip-n");
            assertThat(client.call("TTL", "over:skip-n")).isEqualTo(":60");
            client.send("CLIENT", "REPLY", "OFF").send("INCR", "over:off").send("GET", "over:off");
            assertThat(client.call("CLIENT", "REPLY", "ON")).isEqualTo("+OK");
            assertThat(client.call("TTL", "over:off")).isEqualTo(":60");
        }
    }

    @Test
    void aClientThatEndsItsInputGetsItsReplies() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("SET", "over:half", "v").send("INCR", "over:half-n").send("GET", "over:half");
            client.socket().shutdownOutput();
            assertThat(client.untilClosed()).isEqualTo("+OK\r\n:1\r\n$1\r\nv\r\n");
        }
        assertThat(redis.cli("TTL", "over:half-n")).isIn("60", "59");
    }

    @Test
    void aClientThatLeavesABlockingCommandTakesNothingWithIt() throws Exception {
        try (RawClient client = proxy.client()) {
            client.send("BLPOP", "none:left", "0");
            await().until(() -> redis.cli("INFO", "clients").contains("blocked_clients:1"));
        }
        await().until(() -> redis.cli("INFO", "clients").contains("blocked_clients:0"));
        redis.cli("RPUSH", "none:left", "v");
        assertThat(redis.cli("LLEN", "none:left")).isEqualTo("1");
    }

    @Test
    void aClientWithItsOwnConnectionThatDoesNotReadPausesRedisAndLosesNothing() throws Exception {
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.call("SELECT", "1");
            askForMuch(client);
            // Longer than the response timeout: time in which the client does not read is not Redis's.
            pingFor(other, Duration.ofMillis(1500));
            for (int i = 0; i < REPLIES; i++) {
                assertThat(client.reply()).hasSize(MUCH.length() + "$1048576\r\n".length());
            }
        }
    }

    @Test
    void aClientThatReadsGetsMoreThanIsKeptForIt() throws Exception {
        try (RawClient client = proxy.client()) {
            askForMuch(client);
            for (int i = 0; i < REPLIES; i++) {
                assertThat(client.reply()).hasSize(MUCH.length() + "$1048576\r\n".length());
            }
            assertThat(client.call("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void aClientThatDoesNotReadWhatOthersMustWaitForIsClosed() throws Exception {
        try (RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            askForMuch(client);
            pingFor(other, Duration.ofMillis(1500));
            assertThat(client.untilClosed().length()).isLessThan(REPLIES * MUCH.length());
            assertThat(other.call("PING")).isEqualTo("+PONG");
        }
    }

    private static void askForMuch(RawClient client) throws IOException {
        client.call("SET", "none:mb", MUCH);
        for (int i = 0; i < REPLIES; i++) {
            client.send("GET", "none:mb");
        }
    }

    private static void pingFor(RawClient client, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            assertThat(client.call("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void limitsCloseTheConnectionThatBreaksThem() throws Exception {
        AgentConfig.Limits limits = new AgentConfig.Limits(1024, 16, 1024, 4, 1 << 20, 100, 2);
        try (TestProxy small = new TestProxy(new ListenerConfig(Policies.EACH, redis.endpoint(), null, limits));
                RawClient client = small.client();
                RawClient second = small.client()) {
            assertThat(client.call("PING")).isEqualTo("+PONG");
            assertThat(second.call("PING")).isEqualTo("+PONG");
            try (RawClient third = small.client()) {
                assertThat(third.untilClosed()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            client.send("PING").raw("*1\r\n$2000\r\n");
            assertThat(client.untilClosed()).isEqualTo("+PONG\r\n-ERR Protocol error: invalid bulk length\r\n");
            second.send("EVAL", "return {{{{{1}}}}}", "0");
            second.untilClosed();
        }
    }

    @Test
    void theAgentsCredentialsStandInForTheApplications() throws Exception {
        try (RedisProcess locked = RedisProcess.start("--requirepass", "secret")) {
            ListenerConfig config = new ListenerConfig(
                    Policies.EACH, locked.endpoint(), new Credentials(null, "secret"), AgentConfig.Limits.DEFAULTS);
            try (TestProxy agent = new TestProxy(config);
                    RawClient client = agent.client()) {
                assertThat(client.call("SET", "over:k", "v")).isEqualTo("+OK");
                assertThat(client.call("AUTH", "whatever")).isEqualTo("+OK");
                assertThat(client.call("AUTH", "user", "whatever")).isEqualTo("+OK");
                assertThat(client.call("AUTH")).startsWith("-ERR wrong number of arguments");
                assertThat(client.call("HELLO", "3", "AUTH", "user", "whatever", "SETNAME", "me"))
                        .startsWith("%7");
                assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("$2\r\nme");
                client.call("MULTI");
                assertThat(client.call("AUTH", "whatever")).isEqualTo("+QUEUED");
                assertThat(client.call("EXEC")).isEqualTo("*1\r\n+OK");
                assertThat(client.call("RESET")).isEqualTo("+RESET");
                assertThat(client.call("GET", "over:k")).isEqualTo("$1\r\nv");

                locked.cli("-a", "secret", "CONFIG", "SET", "requirepass", "rotated");
                assertThat(client.call("GET", "over:k")).isEqualTo("$1\r\nv");
                try (RawClient fresh = agent.client()) {
                    assertThat(fresh.call("GET", "over:k")).isEqualTo("$1\r\nv");
                    assertThat(fresh.call("AUTH", "whatever")).isEqualTo("+OK");
                    assertThat(fresh.call("SELECT", "1")).contains("AUTH was refused: WRONGPASS");
                    agent.listener.apply(new ListenerConfig(
                            Policies.EACH,
                            locked.endpoint(),
                            new Credentials("default", "rotated"),
                            AgentConfig.Limits.DEFAULTS));
                    assertThat(fresh.call("GET", "over:k")).isEqualTo("$1\r\nv");
                }
                assertThat(client.call("GET", "over:k")).isEqualTo("$1\r\nv");
            }
        }
    }

    @Test
    void clientsStayAndFollowChangesOfPoliciesAndEndpointUnlessTheirConnectionHasAState() throws Exception {
        try (RedisProcess second = RedisProcess.start();
                TestProxy agent = TestProxy.to(redis.endpoint());
                RawClient client = agent.client();
                RawClient watching = agent.client()) {
            client.call("SET", "over:swap", "first");
            assertThat(client.call("TTL", "over:swap")).isEqualTo(":60");
            watching.call("WATCH", "over:swap");
            agent.listener.apply(TestProxy.config(PolicyTable.empty(), second.endpoint()));
            client.call("SET", "over:swap", "second");
            assertThat(client.call("TTL", "over:swap")).isEqualTo(":-1");
            assertThat(second.cli("GET", "over:swap")).isEqualTo("second");
            assertThat(watching.call("GET", "over:swap")).endsWith("first");
            watching.call("UNWATCH");
            assertThat(watching.call("GET", "over:swap")).endsWith("second");
        }
    }

    @Test
    void aPortThatIsTakenIsToldWithItsNumber() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
        assertThatThrownBy(() -> proxy.proxy.listen(taken, TestProxy.config(Policies.EACH, redis.endpoint())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen on localhost:" + proxy.port());

        proxy.listener.apply(TestProxy.config(PolicyTable.empty(), redis.endpoint()));
        assertThat(proxy.policyMetrics.counters())
                .as("of a listener that never was")
                .isEmpty();
    }

    @Test
    void drainingLetsTheRepliesOut() throws Exception {
        try (TestProxy agent = TestProxy.to(redis.endpoint());
                RawClient client = agent.client();
                RawClient idle = agent.client()) {
            assertThat(idle.call("PING")).isEqualTo("+PONG");
            client.send("BLPOP", "none:drain", "0.3");
            await().until(() -> redis.cli("INFO", "clients").contains("blocked_clients:1"));
            assertThat(agent.proxy.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(client.untilClosed()).isEqualTo("*-1\r\n");
            assertThat(idle.untilClosed()).isEmpty();
        }
    }
}
