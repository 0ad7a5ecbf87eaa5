package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.testing.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same commands to a Redis directly and to another through the agent: the same bytes come back. */
class TransparencyIT {

    private static List<String> lines;

    @BeforeAll
    static void read() throws IOException {
        try (var in = TransparencyIT.class.getResourceAsStream("/transparency/commands.txt")) {
            lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<String[]> commands(String prefix) {
        return lines.stream()
                .filter(line -> !line.startsWith("!") || prefix.equals("none"))
                .map(line -> Arrays.stream(line.replace("!", "").split(" ", -1))
                        .map(word -> word.startsWith("K:") ? prefix + word.substring(1) : word)
                        .toArray(String[]::new))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"none, 2", "none, 3", "over, 2", "over, 3", "slide, 3", "dry, 2"})
    void repliesAreRedissOwn(String prefix, String protocol) throws Exception {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess other = RedisProcess.start();
                TestProxy proxy = TestProxy.to(other.endpoint());
                RawClient direct = new RawClient(one.port());
                RawClient through = proxy.client()) {
            if (protocol.equals("3")) {
                assertThat(through.call("HELLO", "3")).startsWith("%7");
                direct.call("HELLO", "3");
            }
            SoftAssertions replies = new SoftAssertions();
            for (String[] command : commands(prefix)) {
                replies.assertThat(through.call(command))
                        .as(String.join(" ", command))
                        .isEqualTo(direct.call(command));
            }
            replies.assertAll();
            assertThat(through.untilClosed()).isEqualTo(direct.untilClosed()).isEmpty();
        }
    }

    @Test
    void repliesToAllCommandsInOnePipelineAreTheSame() throws Exception {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess other = RedisProcess.start();
                TestProxy proxy = TestProxy.to(other.endpoint());
                RawClient direct = new RawClient(one.port());
                RawClient through = proxy.client()) {
            for (String[] command : commands("over")) {
                direct.send(command);
                through.send(command);
            }
            assertThat(through.untilClosed()).isEqualTo(direct.untilClosed());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*abc\r\n",
                "*3000000000\r\n",
                "*01\r\n",
                "*\r\n",
                "*1\r\n$abc\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$99999999999\r\n",
                "*1\r\n$04\r\nPING\r\n",
                "*1\r\n:1\r\n",
                "*2\r\n$4\r\nPING\r\nPONG\r\n",
                "\"PING\r\n",
                "'PING'x\r\n",
                "*1\r\n$600000000\r\n"
            })
    void protocolErrorsHaveRedissOwnWordsAndComeBehindTheRepliesBefore(String bytes) throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient direct = new RawClient(redis.port());
                RawClient through = proxy.client()) {
            String expected = direct.raw("PING\r\n" + bytes).untilClosed();
            assertThat(expected).startsWith("+PONG\r\n-ERR Protocol error");
            assertThat(through.raw("PING\r\n" + bytes).untilClosed()).isEqualTo(expected);
        }
    }

    @Test
    void repliesAreTheSameWhenEveryByteComesAlone() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                TestProxy proxy = TestProxy.to(redis.endpoint());
                RawClient through = proxy.client()) {
            for (byte b : RawClient.bytes("SET", "over:k", "value")) {
                through.socket().getOutputStream().write(b);
            }
            assertThat(through.reply()).isEqualTo("+OK");
            String inline = "GET \"over:\\x6b\"\r\n";
            for (int i = 0; i < inline.length(); i++) {
                through.raw(inline.substring(i, i + 1));
            }
            assertThat(through.reply()).isEqualTo("$5\r\nvalue");
        }
    }
}
