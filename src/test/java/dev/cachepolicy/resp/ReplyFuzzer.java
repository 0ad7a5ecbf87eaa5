package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Any bytes as replies: they end where they end, or are a violation, the same in whatever pieces. */
public final class ReplyFuzzer {

    private static final int MAX_DEPTH = 4;

    private ReplyFuzzer() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        List<String> whole = replies(input, input.length);
        Pieces.ofEach(input, length -> Pieces.same(input, length, whole, replies(input, length)));
    }

    private static List<String> replies(byte[] input, int length) {
        ReplyFramer framer = new ReplyFramer(MAX_DEPTH);
        List<String> replies = new ArrayList<>();
        framer.listen((index, type, bytes) -> replies.add("element " + index + " " + type + " " + bytes));
        ByteBuf buffer = Unpooled.wrappedBuffer(input);
        try {
            for (int from = 0; from < input.length; from += length) {
                int to = Math.min(input.length, from + length);
                int position = from;
                while (position < to) {
                    int end = framer.advance(buffer, position, to);
                    if (end == -1) {
                        break;
                    }
                    if (end <= position || end > to) {
                        throw new AssertionError("a reply from " + position + " ends at " + end);
                    }
                    replies.add(end + " " + framer.type() + " " + framer.length() + " " + framer.integer() + " "
                            + framer.name() + " " + framer.errorCode());
                    position = end;
                }
            }
            replies.add("inside: " + framer.insideReply());
        } catch (ProtocolViolation e) {
            replies.add(e.kind() + " " + e.getMessage());
        }
        return replies;
    }
}
