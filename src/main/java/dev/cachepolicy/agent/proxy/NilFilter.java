package dev.cachepolicy.agent.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Tells a nil from a string by the first two bytes of a reply, so that the one is kept back while the other streams. The
 * second byte may come later than the first.
 */
final class NilFilter {

    /** What it is. */
    enum Verdict {
        NIL,
        VALUE,
        /** Only the first byte is there; it was not passed on. */
        UNDECIDED
    }

    /** The first byte of a string, for whoever was undecided. */
    static final ByteBuf BULK_MARKER = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[] {'$'}));

    private boolean undecided;

    /** {@return what a reply is that begins at a position} */
    Verdict begin(ByteBuf in, int position, int end) {
        byte marker = in.getByte(position);
        if (marker == '_') {
            return Verdict.NIL;
        }
        if (marker != '$') {
            return Verdict.VALUE;
        }
        undecided = position + 1 == end;
        if (undecided) {
            return Verdict.UNDECIDED;
        }
        return of(in.getByte(position + 1));
    }

    boolean isUndecided() {
        return undecided;
    }

    /** {@return what a reply is whose second byte has come} */
    Verdict decide(byte second) {
        undecided = false;
        return of(second);
    }

    private static Verdict of(byte second) {
        return second == '-' ? Verdict.NIL : Verdict.VALUE;
    }
}
