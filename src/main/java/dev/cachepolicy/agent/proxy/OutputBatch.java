package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a channel in one turn of its event loop, as few buffers and with one flush.
 *
 * <p>Bytes that are passed on arrive as ranges of the buffer that they were read into. Neighbouring ranges become one; a
 * long one is then written as a slice, a short one copied, because a slice of a few bytes would keep the whole buffer
 * for as long as the receiver does not read. Until {@link #settle} the last range is only remembered, so the buffer's
 * owner calls that before it lets go of the buffer or moves its bytes.
 */
final class OutputBatch implements ByteSink {

    private static final int COPIED_BELOW = 2048;
    private static final int TAIL_BYTES = 4096;

    private final Channel channel;
    private @Nullable ByteBuf tail;
    private @Nullable ByteBuf source;
    private int from;
    private int to;
    private boolean dirty;

    OutputBatch(Channel channel) {
        this.channel = channel;
    }

    @Override
    public ByteBuf room(int bytes) {
        settle();
        return tail(bytes);
    }

    @SuppressWarnings("ReferenceEquality") // the same bytes in another buffer are no neighbours
    @Override
    public void take(ByteBuf buffer, int start, int end) {
        if (source == buffer && to == start) {
            to = end;
            return;
        }
        settle();
        source = buffer;
        from = start;
        to = end;
    }

    /** Lets go of the buffer taken from last. */
    void settle() {
        ByteBuf taken = source;
        if (taken == null) {
            return;
        }
        source = null;
        int length = to - from;
        if (length < COPIED_BELOW) {
            tail(length).writeBytes(taken, from, length);
        } else {
            writeTail();
            write(taken.retainedSlice(from, length));
        }
    }

    void flush() {
        settle();
        writeTail();
        if (dirty) {
            dirty = false;
            channel.flush();
        }
    }

    /** Drops what was not written; the channel is closed. */
    void release() {
        source = null;
        if (tail != null) {
            tail.release();
            tail = null;
        }
    }

    /** {@return bytes that wait for the socket} */
    long pending() {
        var outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes();
    }

    private ByteBuf tail(int bytes) {
        ByteBuf room = tail;
        if (room != null && room.writableBytes() < bytes) {
            writeTail();
            room = null;
        }
        if (room == null) {
            room = channel.alloc().directBuffer(Math.max(bytes, TAIL_BYTES));
            tail = room;
        }
        return room;
    }

    private void writeTail() {
        ByteBuf written = tail;
        if (written != null) {
            tail = null;
            write(written);
        }
    }

    private void write(ByteBuf bytes) {
        var _ = channel.write(bytes, channel.voidPromise());
        dirty = true;
    }
}
