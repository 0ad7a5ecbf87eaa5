package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UpstreamConnectorTest {

    /** Texts as the transports of Netty and the JDK write them. */
    static Stream<Arguments> causes() {
        return Stream.of(
                arguments(
                        new ConnectException(
                                "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:6379"),
                        "connection refused"),
                arguments(new ConnectException("Connection refused: /127.0.0.1:6379"), "connection refused"),
                arguments(
                        new ConnectException("Connection refused: redis.shop.svc/10.0.0.7:6379"), "connection refused"),
                arguments(new ConnectException("Connection refused: /[fd00::1]:6379"), "connection refused"),
                arguments(new ConnectException("Connection refused"), "connection refused"),
                arguments(new NoRouteToHostException("No route to host: /10.0.0.7:6379"), "no route to host"),
                arguments(new UnknownHostException("redis.shop.svc"), "no such host: redis.shop.svc"),
                arguments(new ConnectTimeoutException("connection timed out: /10.0.0.7:6379"), "connection timed out"));
    }

    @ParameterizedTest
    @MethodSource("causes")
    void theCauseIsToldWithoutWhatJavaAddsToIt(Throwable cause, String reason) {
        assertThat(UpstreamConnector.reason(cause)).isEqualTo(reason);
    }
}
