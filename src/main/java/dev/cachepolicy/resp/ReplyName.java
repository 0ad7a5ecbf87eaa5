package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The first bytes of a text in a reply, enough to tell what kind of message or error it is. */
final class ReplyName {

    private static final int MAX_BYTES = 16;

    private final byte[] bytes = new byte[MAX_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    boolean isEmpty() {
        return length == 0;
    }

    void add(ByteBuf in, int from, int to) {
        int taken = Math.min(to - from, MAX_BYTES - length);
        in.getBytes(from, bytes, length, taken);
        length += taken;
    }

    /** The text was a line: what stands before its line feed is no part of it. */
    void endLine() {
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
    }

    String text() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
