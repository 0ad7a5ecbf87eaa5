package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** The bytes of a client that are not yet commands. Usually the one buffer that was read last, without a copy. */
final class InputBuffer {

    private ByteBuf unread = Unpooled.EMPTY_BUFFER;

    ByteBuf unread() {
        return unread;
    }

    /** Takes a buffer over. Slices of what was given out before stay as they are. */
    void append(ChannelHandlerContext context, ByteBuf more) {
        if (!unread.isReadable()) {
            unread.release();
            unread = more;
            return;
        }
        if (unread.refCnt() > 1 || unread.writableBytes() < more.readableBytes()) {
            // Twice the size each time, so that a long command costs a copy of its length and not of its square.
            int capacity = Math.max(unread.readableBytes() * 2, unread.readableBytes() + more.readableBytes());
            ByteBuf larger = context.alloc().directBuffer(capacity);
            larger.writeBytes(unread);
            unread.release();
            unread = larger;
        }
        unread.writeBytes(more);
        more.release();
    }

    void release() {
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }
}
