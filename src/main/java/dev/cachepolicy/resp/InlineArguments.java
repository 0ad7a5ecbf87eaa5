package dev.cachepolicy.resp;

import dev.cachepolicy.resp.ProtocolViolation.Kind;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Splits an inline command into its arguments, with quotes and escapes as Redis's sdssplitargs has them. */
final class InlineArguments {

    private final ByteBuf in;
    private final int end;
    private int position;

    private InlineArguments(ByteBuf in, int from, int end) {
        this.in = in;
        this.position = from;
        this.end = end;
    }

    static List<byte[]> split(ByteBuf in, int from, int end) throws ProtocolViolation {
        InlineArguments line = new InlineArguments(in, from, end);
        List<byte[]> arguments = new ArrayList<>();
        line.skipSpace();
        while (line.position < end) {
            arguments.add(line.argument());
            line.skipSpace();
        }
        return arguments;
    }

    private byte[] argument() throws ProtocolViolation {
        ByteArrayOutputStream argument = new ByteArrayOutputStream();
        while (position < end && !isSpace(in.getByte(position))) {
            byte b = in.getByte(position++);
            switch (b) {
                case '"', '\'' -> {
                    quoted(argument, b);
                    if (position < end && !isSpace(in.getByte(position))) {
                        throw unbalanced();
                    }
                }
                default -> argument.write(b);
            }
        }
        return argument.toByteArray();
    }

    private void quoted(ByteArrayOutputStream argument, byte quote) throws ProtocolViolation {
        while (position < end) {
            byte b = in.getByte(position++);
            if (b == quote) {
                return;
            }
            if (b == '\\' && position < end) {
                argument.write(quote == '"' ? escaped() : singleQuoteEscaped());
            } else {
                argument.write(b);
            }
        }
        throw unbalanced();
    }

    private int escaped() {
        byte b = in.getByte(position++);
        if (b == 'x' && position + 1 < end) {
            int high = Character.digit(in.getByte(position), 16);
            int low = Character.digit(in.getByte(position + 1), 16);
            if (high >= 0 && low >= 0) {
                position += 2;
                return high * 16 + low;
            }
        }
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private int singleQuoteEscaped() {
        if (in.getByte(position) == '\'') {
            position++;
            return '\'';
        }
        return '\\';
    }

    private void skipSpace() {
        while (position < end && isSpace(in.getByte(position))) {
            position++;
        }
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r') || b == 0;
    }

    private static ProtocolViolation unbalanced() {
        return new ProtocolViolation(Kind.Malformed, "unbalanced quotes in request");
    }
}
