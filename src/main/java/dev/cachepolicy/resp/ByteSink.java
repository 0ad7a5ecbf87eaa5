package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;

/** Where frames are written: short texts are copied, long ones passed on as slices of the buffer that they came in. */
public interface ByteSink {

    /** {@return a buffer with room for this many bytes; what is written to it comes next} */
    ByteBuf room(int bytes);

    /** Takes bytes of a buffer, which keeps them until they are sent. */
    void take(ByteBuf from, int start, int end);
}
