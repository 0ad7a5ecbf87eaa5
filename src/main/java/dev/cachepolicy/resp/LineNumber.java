package dev.cachepolicy.resp;

import dev.cachepolicy.resp.ProtocolViolation.Kind;
import io.netty.buffer.ByteBuf;

/** The number in the line of a length or an integer, built up as its bytes come. */
final class LineNumber {

    private static final int MAX_DIGITS = 19;

    /** Far above every real length, far below overflow. */
    private static final long MAX_LENGTH = Long.MAX_VALUE / 64;

    private long magnitude;
    private int digits;
    private boolean negative;
    private boolean streamed;
    private boolean returned;

    void clear() {
        magnitude = 0;
        digits = 0;
        negative = false;
        streamed = false;
        returned = false;
    }

    /** {@return the index after the line, or -1 when it goes on behind the last byte} */
    int read(ByteBuf in, int from, int to) throws ProtocolViolation {
        for (int i = from; i < to; i++) {
            byte b = in.getByte(i);
            if (returned) {
                end(b);
                return i + 1;
            }
            add(b);
        }
        return -1;
    }

    private void add(byte b) throws ProtocolViolation {
        if (b == '\r') {
            returned = true;
        } else if (b >= '0' && b <= '9' && !streamed) {
            magnitude = magnitude * 10 + (b - '0');
            digits++;
        } else if (b == '-' && digits == 0 && !negative) {
            negative = true;
        } else if (b == '?' && digits == 0 && !negative) {
            streamed = true;
        } else if (b != '+' || digits > 0 || negative) {
            throw malformed("a length or integer holds byte " + (b & 0xff));
        }
    }

    private void end(byte b) throws ProtocolViolation {
        if (b != '\n' || (digits == 0 && !streamed) || digits > MAX_DIGITS) {
            throw malformed("a length or integer is malformed");
        }
    }

    long integer() {
        return negative ? -magnitude : magnitude;
    }

    /** {@return the number as a length; -1: null} */
    long length() throws ProtocolViolation {
        if (magnitude < 0 || magnitude > MAX_LENGTH || (negative && magnitude != 1)) {
            throw malformed("a length is out of range");
        }
        return integer();
    }

    /** {@return whether there is a question mark instead: the end is marked by a last part} */
    boolean isStreamed() {
        return streamed;
    }

    private static ProtocolViolation malformed(String detail) {
        return new ProtocolViolation(Kind.Malformed, detail);
    }
}
