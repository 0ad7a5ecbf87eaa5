package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client may be in the middle of sending. A socket that is closed with bytes unread is reset, and
 * the reset takes away the error that the client has not read yet. So only this side's sending ends, and what still comes
 * is thrown away until the client ends too, or for {@link #LONGEST}.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    static final Duration LONGEST = Duration.ofSeconds(5);

    private LingeringClose() {}

    /** Begins, or goes on. What was written before is sent. */
    static void start(DuplexChannel channel) {
        if (channel.pipeline().get(LingeringClose.class) != null) {
            return;
        }
        channel.pipeline().addFirst(new LingeringClose());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            var _ = channel.shutdownOutput();
        });
        channel.config().setAutoRead(true);
        var _ = channel.eventLoop().schedule(() -> close(channel), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void close(DuplexChannel channel) {
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ((ByteBuf) message).release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            var _ = context.close();
        }
    }
}
