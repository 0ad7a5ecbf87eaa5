package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Gives the buffers that sockets are read into: one for each event loop, again and again, as long as whoever got it last
 * has let go of it. A pool would be asked for every read otherwise, and a connection that waits would hold a buffer of its
 * own.
 *
 * <p>Who needs bytes after its turn retains the buffer, and the event loop goes on with another, or copies them. Who
 * looks at them later without, sees those of another connection: where assertions are enabled, it sees {@link #POISON}.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {

    /** More than replies to many clients, or a long pipeline, take in one read. */
    static final int BYTES = 64 * 1024;

    private static final byte POISON = '!';

    private static final FastThreadLocal<@Nullable ByteBuf> SHARED = new FastThreadLocal<>() {
        @Override
        protected void onRemoval(@Nullable ByteBuf buffer) {
            if (buffer != null) {
                buffer.release();
            }
        }
    };

    @SuppressWarnings("deprecation") // Netty's own allocators return this interface
    @Override
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return next(allocator).retain();
            }
        };
    }

    private static ByteBuf next(ByteBufAllocator allocator) {
        ByteBuf shared = SHARED.get();
        if (shared != null) {
            if (shared.refCnt() == 1) {
                assert poison(shared);
                return shared.clear();
            }
            shared.release();
        }
        ByteBuf another = allocator.directBuffer(BYTES);
        SHARED.set(another);
        return another;
    }

    private static boolean poison(ByteBuf buffer) {
        for (int i = 0; i < buffer.writerIndex(); i++) {
            buffer.setByte(i, POISON);
        }
        return true;
    }
}
