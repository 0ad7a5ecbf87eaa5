package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** The bytes of a client that are not yet commands. Usually the one buffer that was read last, without a copy. */
final class InputBuffer {

    private ByteBuf unread = Unpooled.EMPTY_BUFFER;

    ByteBuf unread() {
        return unread;
    }

    /**
     * Takes a buffer over, also if it fails. Slices of what was given out before stay as they are.
     *
     * @param request bytes that the request being read has at least
     * @throws OutOfMemoryError if there is no room for a larger buffer; what was there before is still there
     */
    void append(ChannelHandlerContext context, ByteBuf more, int request) {
        if (!unread.isReadable()) {
            unread.release();
            unread = more;
            return;
        }
        try {
            if (unread.refCnt() > 1 || unread.writableBytes() < more.readableBytes()) {
                grow(context, unread.readableBytes() + more.readableBytes(), request);
            }
            unread.writeBytes(more);
        } finally {
            more.release();
        }
    }

    /**
     * Lets go of a buffer in which little or nothing is unread: it is needed for the next read, and who is slow with a
     * request should hold no more memory than that takes.
     */
    void keep(ByteBufAllocator allocator) {
        int length = unread.readableBytes();
        if (length == 0) {
            release();
        } else if (length < unread.capacity() / 4 && unread.capacity() == ReadBuffers.BYTES) {
            ByteBuf smaller = allocator.directBuffer(length * 2).writeBytes(unread);
            unread.release();
            unread = smaller;
        }
    }

    /**
     * Twice the size each time, so that a long request costs a copy of its length and not of its square. All that it needs
     * once a quarter is there: so its last two buffers take one and a half times its length and not three times, and who
     * only announces a long request gets no memory for it.
     */
    private void grow(ChannelHandlerContext context, int least, int request) {
        int have = unread.readableBytes();
        int wanted = request >= least && request / 4 <= have ? request : have * 2;
        ByteBuf larger = context.alloc().directBuffer(Math.max(least, wanted));
        larger.writeBytes(unread);
        unread.release();
        unread = larger;
    }

    void release() {
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }
}
