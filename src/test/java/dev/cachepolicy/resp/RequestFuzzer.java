package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Any bytes as requests: commands or a violation come of them, the same in whatever pieces, within the limits. */
public final class RequestFuzzer {

    /** Small, so that short inputs reach them. */
    private static final RequestLimits LIMITS = new RequestLimits(48, 8, 32, 96);

    private RequestFuzzer() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        List<String> whole = frames(input, input.length);
        Pieces.ofEach(input, length -> Pieces.same(input, length, whole, frames(input, length)));
    }

    private static List<String> frames(byte[] input, int length) {
        RequestReader reader = new RequestReader(LIMITS);
        ByteBuf buffer = Unpooled.buffer(input.length);
        List<String> frames = new ArrayList<>();
        try {
            for (int from = 0; from < input.length; from += length) {
                buffer.writeBytes(input, from, Math.min(length, input.length - from));
                for (Command command = reader.next(buffer); command != null; command = reader.next(buffer)) {
                    frames.add(text(command));
                }
                if (reader.frameBytes() > LIMITS.maxRequestBytes() + LIMITS.maxInlineBytes()) {
                    throw new AssertionError("a frame of " + reader.frameBytes() + " bytes is waited for");
                }
            }
            frames.add("still to come: " + reader.frameBytes() + " at least, unread " + buffer.readableBytes());
        } catch (ProtocolViolation e) {
            frames.add(e.kind() + " " + e.getMessage());
        }
        return frames;
    }

    private static String text(Command command) {
        if (command.count() < 1 || command.count() > LIMITS.maxInlineBytes()) {
            throw new AssertionError(command.count() + " arguments");
        }
        StringBuilder text = new StringBuilder(command.spec().verb());
        for (int i = 0; i < command.count(); i++) {
            if (command.length(i) > LIMITS.maxBulkBytes()) {
                throw new AssertionError("an argument of " + command.length(i) + " bytes");
            }
            text.append('|').append(new String(command.copy(i), StandardCharsets.ISO_8859_1));
            text.append('|').append(command.integer(i));
        }
        return text.toString();
    }
}
