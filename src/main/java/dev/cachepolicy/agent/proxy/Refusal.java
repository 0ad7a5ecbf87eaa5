package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** What a client gets when there are too many: Redis's own words, then the end. */
final class Refusal extends ChannelInboundHandlerAdapter {

    static void send(Channel channel) {
        channel.pipeline().addLast(new Refusal());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf reply = context.alloc().buffer();
        ReplyWriter.error(reply, "ERR max number of clients reached");
        context.writeAndFlush(reply).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ((ByteBuf) message).release();
    }
}
