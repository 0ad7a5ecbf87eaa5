package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** Takes values out of the reply of an MGET, whose elements are strings and nils: their reader is to load them. */
final class LeasedElements {

    private static final byte BULK = '$';
    private static final int LINE_END = 2;

    private LeasedElements() {}

    /**
     * {@return the reply with a nil in the place of some values}
     *
     * @param reply whole, from its first byte
     * @param leased positions of the values
     */
    static ByteBuf without(ByteBuf reply, IntPredicate leased, boolean resp3) {
        ByteBuf out = Unpooled.buffer(reply.readableBytes());
        int end = reply.writerIndex();
        int at = lineEnd(reply, 0, end);
        out.writeBytes(reply, 0, at);
        for (int i = 0; at < end; i++) {
            int next = lineEnd(reply, at, end);
            int length = reply.getByte(at) == BULK ? length(reply, at + 1, next - LINE_END) : -1;
            next += length < 0 ? 0 : length + LINE_END;
            if (length >= 0 && leased.test(i)) {
                ReplyWriter.absent(out, Absent.Nil, 1, resp3);
            } else {
                out.writeBytes(reply, at, next - at);
            }
            at = next;
        }
        return out;
    }

    private static int lineEnd(ByteBuf reply, int from, int end) {
        return ByteBufUtil.indexOf(reply, from, end, (byte) '\n') + 1;
    }

    private static int length(ByteBuf reply, int from, int to) {
        return Integer.parseInt(reply.toString(from, to - from, StandardCharsets.US_ASCII));
    }
}
