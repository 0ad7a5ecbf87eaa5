package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
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

    /**
     * A buffer of {@link #TAIL_BYTES} that nobody uses now, one for each event loop: most batches are one short reply, sent
     * at once, and need no turn of the buffer pool.
     */
    private static final FastThreadLocal<@Nullable ByteBuf> SPARE = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(@Nullable ByteBuf spare) {
            if (spare != null) {
                spare.release();
            }
        }
    };

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
        ByteBuf last = tail;
        if (last != null) {
            tail = null;
            write(last.retain());
        }
        if (dirty) {
            dirty = false;
            channel.flush();
        }
        if (last != null) {
            recycle(last);
        }
    }

    /** Keeps a buffer for the next batch on this event loop, unless some of it still waits for the socket. */
    private static void recycle(ByteBuf sent) {
        if (sent.refCnt() == 1 && sent.capacity() == TAIL_BYTES && SPARE.get() == null) {
            SPARE.set(sent.clear());
        } else {
            sent.release();
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
            room = buffer(bytes);
            tail = room;
        }
        return room;
    }

    private ByteBuf buffer(int bytes) {
        ByteBuf spare = bytes <= TAIL_BYTES ? SPARE.get() : null;
        if (spare == null) {
            return channel.alloc().directBuffer(Math.max(bytes, TAIL_BYTES));
        }
        SPARE.set(null);
        return spare;
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
