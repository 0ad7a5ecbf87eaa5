package dev.cachepolicy.agent;

import static dev.cachepolicy.testing.AgentConfigs.config;
import static dev.cachepolicy.testing.AgentConfigs.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.TtlMode;
import dev.cachepolicy.testing.AgentProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests near the memory that an agent has (128 MiB of buffers, as {@code bin/cachepolicy} starts it), and beyond. */
class LargeRequestIT {

    private static final int MEBIBYTE = 1 << 20;
    private static final int LIMIT = 64 * MEBIBYTE;
    private static final byte[] CHUNK = "x".repeat(MEBIBYTE).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path root;

    private final int port = Ports.free();
    private RedisProcess redis;
    private AgentProcess agent;

    @BeforeEach
    void start() {
        redis = RedisProcess.start();
        agent = AgentProcess.below(root)
                .configure(
                        "shop-redis",
                        config(1, redis.endpoint(), port, policy("users", "user:{id}", TtlMode.Override, 60_000)))
                .start();
    }

    @AfterEach
    void stop() {
        agent.close();
        redis.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void begin(Socket socket, String key, int mebibytes) throws IOException {
        send(socket, "*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$" + mebibytes * MEBIBYTE + "\r\n");
    }

    private static void payload(Socket socket, int mebibytes) throws IOException {
        for (int i = 0; i < mebibytes; i++) {
            socket.getOutputStream().write(CHUNK);
        }
    }

    private static String untilClosed(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = socket.getInputStream().read();
                b >= 0 && b != '\n';
                b = socket.getInputStream().read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    private double violations(String kind) {
        return agent.metric("cachepolicy_violations_total{kind=\"" + kind + "\",}");
    }

    @Test
    void oneThatCannotFitIsRefusedInWordsThoughItsClientSendsItAllFirst() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "PING\r\n");
            begin(socket, "user:1", 200);
            payload(socket, 200);
            assertThat(untilClosed(socket))
                    .isEqualTo("+PONG\r\n-ERR Protocol error: too big request, the agent has memory for one of at most "
                            + LIMIT + " bytes\r\n");
        }
        assertThat(violations("requesttoolong")).isEqualTo(1);
        assertThat(redis.cli("EXISTS", "user:1")).isEqualTo("0");
    }

    @Test
    void oneOfNearlyTheLimitFits() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                begin(socket, "user:1", 63);
                payload(socket, 63);
                send(socket, "\r\n");
                assertThat(line(socket)).isEqualTo("+OK");
            }
        }
        assertThat(redis.cli("STRLEN", "user:1")).isEqualTo(String.valueOf(63 * MEBIBYTE));
    }

    @Test
    void whenThereAreTooManyAtATimeTheLastIsToldAndTheOthersGoOn() throws IOException {
        try (Socket first = connect();
                Socket second = connect();
                Socket third = connect()) {
            for (Socket socket : List.of(first, second)) {
                begin(socket, "user:1", 50);
                payload(socket, 49);
            }
            begin(third, "user:2", 50);
            payload(third, 50);
            assertThat(untilClosed(third))
                    .startsWith("-ERR out of memory, a request may have at most " + LIMIT + " bytes");
            for (Socket socket : List.of(first, second)) {
                payload(socket, 1);
                send(socket, "\r\n");
                assertThat(line(socket)).isEqualTo("+OK");
            }
        }
        assertThat(violations("outofmemory")).isEqualTo(1);
    }
}
