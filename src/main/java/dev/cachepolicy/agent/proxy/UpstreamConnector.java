package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import dev.cachepolicy.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens connections to an endpoint. */
final class UpstreamConnector {

    /** What the native transport puts before the system's own text. */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^.*\\(-?\\d+\\): ");

    /** Netty puts the address behind the cause, as Java prints it: {@code name/address:port}, the name often empty. */
    private static final Pattern ADDRESS = Pattern.compile(": [^ ]*/[^ ]*$");

    private final Transport transport;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Duration timeout;

    UpstreamConnector(Transport transport, AddressResolverGroup<InetSocketAddress> resolver, Duration timeout) {
        this.transport = transport;
        this.resolver = resolver;
        this.timeout = timeout;
    }

    /**
     * Connects; the connection tells its owner whether that went well, within the timeout for all of it.
     *
     * @param tls null: the connection is not protected
     */
    void connect(UpstreamConnection connection, String endpoint, @Nullable ClientTls tls, EventLoop loop) {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon).replaceAll("^\\[|]$", "");
        int port = Integer.parseInt(endpoint.substring(colon + 1));
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(transport.client())
                .resolver(resolver)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadBuffers())
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .handler(tls == null ? connection : TlsHandshake.before(connection, tls, host, port))
                .connect(InetSocketAddress.createUnresolved(host, port));
        connecting.addListener(_ -> {
            if (!connecting.isSuccess()) {
                connection.connectFailed(new UpstreamFailure(Kind.Connect, reason(connecting.cause())));
            }
        });
        Runnable giveUp = () -> giveUp(connection, connecting.channel());
        // Twice, so that an event loop that was kept from running can look at its sockets before, see Watchdog.
        Runnable late = () -> {
            var _ = loop.schedule(giveUp, Watchdog.GRACE.toMillis(), TimeUnit.MILLISECONDS);
        };
        var _ = loop.schedule(late, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUp(UpstreamConnection connection, Channel channel) {
        UpstreamFailure failure =
                new UpstreamFailure(Kind.Connect, "no connection within " + timeout.toMillis() + " ms");
        switch (connection.state()) {
            case UpstreamState.Connecting _
            when channel.isActive() -> {
                connection.connectFailed(new UpstreamFailure(
                        Kind.Connect,
                        "no TLS handshake within " + timeout.toMillis() + " ms: check that the port speaks TLS"));
                var _ = channel.close();
            }
            case UpstreamState.Connecting _ -> {
                connection.connectFailed(failure);
                var _ = channel.close();
            }
            case UpstreamState.Handshaking _ -> connection.fail(failure);
            case UpstreamState.Closed _ -> {
                var _ = channel.close();
            }
            case UpstreamState.Ready _ -> {}
        }
    }

    static String reason(Throwable cause) {
        return switch (cause) {
            case UnknownHostException unknown -> "no such host: " + unknown.getMessage();
            case SocketException refused -> {
                String message = String.valueOf(refused.getMessage());
                String told = SYSTEM_CALL.matcher(message).replaceFirst("").toLowerCase(Locale.ROOT);
                yield ADDRESS.matcher(told).replaceFirst("");
            }
            default -> cause.getClass().getSimpleName() + ": " + cause.getMessage();
        };
    }
}
