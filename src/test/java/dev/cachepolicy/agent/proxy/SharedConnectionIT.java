package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients that share a connection feel of each other: nothing. And when a client has one of its own. */
class SharedConnectionIT {

    private static RedisProcess redis;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = RedisProcess.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    /** Redis may notice late that the connections of the test before are closed. */
    @BeforeEach
    void awaitNobody() {
        await().until(() -> connections() == 0);
    }

    @Test
    void plainClientsShareOneConnectionForEachProtocol() throws Exception {
        try (TestProxy proxy = TestProxy.to(redis.endpoint())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = proxy.client();
                clients.add(client);
                assertThat(client.call("SET", "none:" + i, "v" + i)).isEqualTo("+OK");
            }
            assertThat(connections()).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                assertThat(clients.get(i).call("GET", "none:" + i)).endsWith("v" + i);
            }
            assertThat(clients.get(0).call("HELLO", "3")).startsWith("%");
            assertThat(clients.get(0).call("GET", "none:nothing")).isEqualTo("_");
            assertThat(clients.get(1).call("GET", "none:nothing")).isEqualTo("$-1");
            for (RawClient client : clients) {
                client.close();
            }
            await().atMost(UpstreamRoute.KEPT.multipliedBy(2)).until(() -> connections() == 2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"MULTI", "WATCH none:w", "SELECT 1", "SUBSCRIBE none:c", "CLIENT ID", "MONITOR", "NOSUCHCOMMAND"
            })
    void aClientHasItsOwnConnectionWhereACommandOrItsStateNeedsOne(String command) throws Exception {
        try (TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client();
                RawClient other = proxy.client()) {
            client.call("PING");
            assertThat(connections()).isEqualTo(1);
            client.call(command.split(" ", -1));
            assertThat(connections()).isEqualTo(2);
            assertThat(other.call("GET", "none:nothing")).isEqualTo("$-1");
        }
        await().until(() -> connections() == 0);
    }

    @Test
    void aConnectionThatIsNotNeededForAWhileIsClosedAndWhatTheClientSaidIsKept() throws Exception {
        try (TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            client.call("CLIENT", "SETNAME", "shop");
            client.call("SET", "none:k", "v");
            assertThat(connections()).isEqualTo(2);
            await().atMost(UpstreamRoute.KEPT.multipliedBy(3)).until(() -> connections() == 1);
            assertThat(client.call("GET", "none:k")).isEqualTo("$1\r\nv");
            assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("$4\r\nshop");
        }
    }

    /** In one pipeline: from the shared connection to its own and back, five times. */
    @Test
    void repliesComeInOrderWhicheverConnectionTheirCommandsTook() throws Exception {
        try (TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            StringBuilder expected = new StringBuilder();
            client.call("DEL", "none:n", "none:list");
            for (int i = 0; i < 5; i++) {
                client.send("INCR", "none:n")
                        .send("MULTI")
                        .send("INCR", "none:n")
                        .send("EXEC");
                client.send("GET", "none:n").send("RPUSH", "none:list", "e").send("BLPOP", "none:list", "0");
                int first = 2 * i + 1;
                String value = Integer.toString(first + 1);
                expected.append(":%d\r\n+OK\r\n+QUEUED\r\n*1\r\n:%d\r\n".formatted(first, first + 1))
                        .append("$%d\r\n%s\r\n:1\r\n".formatted(value.length(), value))
                        .append("*2\r\n$9\r\nnone:list\r\n$1\r\ne\r\n");
            }
            client.send("QUIT");
            assertThat(client.untilClosed()).isEqualTo(expected + "+OK\r\n");
        }
    }

    @Test
    void clientsThatLeaveWithoutTheirRepliesLeaveThoseOfOthersAlone() throws Exception {
        try (TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient stays = proxy.client()) {
            String value = "x".repeat(200_000);
            stays.call("SET", "none:big", value);
            stays.call("SET", "none:mine", "mine");
            for (int i = 0; i < 50; i++) {
                try (RawClient leaves = proxy.client()) {
                    for (int j = 0; j < 20; j++) {
                        leaves.send("GET", "none:big");
                    }
                }
                assertThat(stays.call("GET", "none:mine")).isEqualTo("$4\r\nmine");
            }
            assertThat(connections()).isEqualTo(1);
        }
    }

    /** It stalls many times a second, and at every moment when somebody looks, yet takes far more than it must. */
    @Test
    void aLongReplyThatIsTakenSteadilyIsGivenWhole() throws Exception {
        int length = 96 << 20;
        redis.cli("SETRANGE", "none:long", String.valueOf(length - 1), "x");
        try (TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient client = proxy.client()) {
            client.send("GET", "none:long");
            int whole = ("$" + length + "\r\n").length() + length + 2;
            int taken = 0;
            long start = System.nanoTime();
            for (int count = 0; taken < whole && count >= 0; taken += Math.max(count, 0)) {
                count = client.socket().getInputStream().read(new byte[64 << 10]);
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(taken).isEqualTo(whole);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SharedUpstream.PROGRESS);
        } finally {
            redis.cli("DEL", "none:long");
        }
    }

    @Test
    void aLostConnectionIsToldToEachClientAndHalfAReplyClosesOne() throws Exception {
        try (RedisProcess other = RedisProcess.start();
                TestProxy proxy = TestProxy.to(other.endpoint());
                RawClient first = proxy.client();
                RawClient second = proxy.client()) {
            first.call("PING");
            second.call("PING");
            other.freeze();
            first.send("GET", "none:k").send("GET", "closed:k");
            second.send("GET", "over:k");
            assertThat(first.reply()).startsWith("-CACHEPOLICY");
            assertThat(first.reply()).startsWith("-CACHEPOLICY");
            assertThat(second.reply()).isEqualTo("$-1");
            other.thaw();
            await().until(() -> first.call("PING").equals("+PONG"));
            assertThat(second.call("PING")).isEqualTo("+PONG");
        }
    }

    /** WAIT asks about the writes of its connection, and this client's went another way. */
    @Test
    void waitIsAboutTheClientsWrites() throws Exception {
        try (RedisProcess primary = RedisProcess.start();
                RedisProcess replica = RedisProcess.start(
                        "--replicaof",
                        "127.0.0.1 "
                                + primary.endpoint()
                                        .substring(primary.endpoint().lastIndexOf(':') + 1));
                TestProxy proxy = TestProxy.to(primary.endpoint());
                RawClient client = proxy.client()) {
            await().until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            client.call("SET", "none:k", "v");
            assertThat(client.call("WAIT", "1", "10000")).isEqualTo(":1");
            replica.freeze();
            client.call("SET", "none:k", "v2");
            assertThat(client.call("WAIT", "1", "50")).isEqualTo(":0");
            replica.thaw();
        }
    }

    @Test
    void anEndpointThatHangsUpIsNotRungAgainAndAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> hangUp(server, calls));
            try (TestProxy proxy = TestProxy.to("127.0.0.1:" + server.getLocalPort());
                    RawClient client = proxy.client()) {
                long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                while (System.nanoTime() < end) {
                    assertThat(client.call("GET", "over:k")).isEqualTo("$-1");
                }
            }
        }
        assertThat(calls).hasValueLessThan(20);
    }

    private static void hangUp(ServerSocket server, AtomicInteger calls) {
        try {
            while (true) {
                try (Socket _ = server.accept()) {
                    calls.incrementAndGet();
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** {@return how many clients Redis has, without the one that asks} */
    /** Without those that ask, of which Redis may not have noticed that the last is gone. */
    private static long connections() throws Exception {
        return redis.cli("CLIENT", "LIST")
                .lines()
                .filter(line -> !line.isBlank() && !line.contains(" cmd=client|list "))
                .count();
    }
}
