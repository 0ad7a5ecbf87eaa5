package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Opens connections to an endpoint. */
final class UpstreamConnector {

    /** What the native transport puts before the system's own text. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^.*\\(-?\\d+\\): ");

    private final Transport transport;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Duration timeout;

    UpstreamConnector(Transport transport, AddressResolverGroup<InetSocketAddress> resolver, Duration timeout) {
        this.transport = transport;
        this.resolver = resolver;
        this.timeout = timeout;
    }

    /** Connects; the connection tells its owner whether that went well, within the timeout for all of it. */
    void connect(UpstreamConnection connection, String endpoint, EventLoop loop) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon).replaceAll("^\\[|]$", "");
        int port = Integer.parseInt(endpoint.substring(colon + 1));
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(transport.client())
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(connection)
                .connect(InetSocketAddress.createUnresolved(host, port));
        connecting.addListener(_ -> {
            if (!connecting.isSuccess()) {
                connection.connectFailed(new UpstreamFailure(Kind.Connect, reason(connecting.cause())));
            }
        });
        var _ = loop.schedule(() -> handshakeTimedOut(connection), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void handshakeTimedOut(UpstreamConnection connection) {
        switch (connection.state()) {
            case UpstreamState.Connecting _ -> connection.connectFailed(timedOut(Kind.Connect));
            case UpstreamState.Handshaking _ -> connection.fail(timedOut(Kind.Connect));
            case UpstreamState.Ready _, UpstreamState.Closed _ -> {}
        }
    }

    private UpstreamFailure timedOut(Kind kind) {
        return new UpstreamFailure(kind, "no connection within " + timeout.toMillis() + " ms");
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case UnknownHostException unknown -> "no such host: " + unknown.getMessage();
            case ConnectTimeoutException _ -> "no connection in time";
            case ConnectException refused -> {
                String message = String.valueOf(refused.getMessage());
                yield SYSTEM_CALL.matcher(message).replaceFirst("").toLowerCase(Locale.ROOT);
            }
            default -> cause.getClass().getSimpleName() + ": " + cause.getMessage();
        };
    }
}
