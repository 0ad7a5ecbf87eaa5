package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import dev.cachepolicy.tls.ClientTls;
import dev.cachepolicy.tls.TlsFailure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Optional;

/**
 * Stands between TLS and an upstream connection, which takes its channel for connected only when the handshake is made:
 * before that nothing is sent, and what fails counts as a connection that could not be made.
 *
 * <p>Under TLS 1.3 a client has finished its handshake before the server looked at its certificate, and hears of a refusal
 * when it reads next. So until the first byte of a reply, too, a failure of TLS is one of the handshake.
 *
 * <p>The time limit for connecting holds for the handshake as well, see {@link UpstreamConnector}. No class of TLS is
 * loaded by an agent that does not use it.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter {

    /** How long a Redis that takes no bytes may keep a connection from being closed, for the sake of TLS's farewell. */
    private static final long FAREWELL_MILLIS = 50;

    private final UpstreamConnection connection;
    private boolean made;
    private boolean answered;

    private TlsHandshake(UpstreamConnection connection) {
        this.connection = connection;
    }

    /** {@return what makes a new channel one of TLS with the connection behind it} */
    static ChannelHandler before(UpstreamConnection connection, ClientTls tls, String host, int port) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                // Keys and certificates cost milliseconds, and the event loop has other clients.
                SslHandler handler = new SslHandler(tls.engine(host, port), Thread::startVirtualThread);
                handler.setHandshakeTimeoutMillis(0);
                handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
                channel.pipeline().addLast(handler, new TlsHandshake(connection), connection);
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        // Not yet for the connection.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && !made) {
            if (completion.isSuccess()) {
                made = true;
                context.fireChannelActive();
            } else {
                refuse(reason(completion.cause()).orElse("the TLS handshake failed"), context);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        answered = true;
        context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Optional<String> reason = answered ? Optional.empty() : reason(cause);
        if (reason.isPresent()) {
            refuse(reason.get(), context);
        } else if (made) {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (made) {
            context.fireChannelInactive();
        } else {
            refuse("the connection was closed by Redis during the TLS handshake", context);
        }
    }

    private void refuse(String reason, ChannelHandlerContext context) {
        UpstreamFailure failure = new UpstreamFailure(Kind.Connect, reason);
        if (made) {
            connection.fail(failure);
        } else {
            connection.connectFailed(failure);
            var _ = context.close();
        }
    }

    private static Optional<String> reason(Throwable cause) {
        return TlsFailure.of(cause).map(TlsFailure::message);
    }
}
