package dev.cachepolicy.resp;

import dev.cachepolicy.resp.ProtocolViolation.Kind;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames requests as Redis 7 does (processMultibulkBuffer, processInlineBuffer), with its texts for violations. The
 * buffer's reader index stands at the start of the frame being read, and everything remembered between calls counts from
 * there: bytes already looked at are not looked at again, and the owner may move the unread bytes to another buffer.
 */
public final class RequestReader {

    private final RequestLimits limits;
    private final Command command = new Command();

    /** Bytes of the frame whose meaning is known. */
    private int parsed;
    /** Bytes after {@link #parsed} that hold no line end. */
    private int scanned;
    /** Arguments still to come; 0 between frames. */
    private int missing;
    /** Length of the argument being read, or -1 before its length is known. */
    private int bulk = -1;
    /** Where the last command began in the buffer. */
    private int lastStart;

    public RequestReader(RequestLimits limits) {
        this.limits = limits;
    }

    /**
     * {@return the next command, or null until more bytes come} Moves the reader index behind it. Empty lines and empty
     * arrays are skipped, as Redis does.
     */
    public @Nullable Command next(ByteBuf in) throws ProtocolViolation {
        while (in.isReadable()) {
            if (missing == 0) {
                if (in.getByte(in.readerIndex()) != '*') {
                    int lineEnd = find(in, (byte) '\n', Kind.InlineTooLong, "too big inline request");
                    if (lineEnd < 0) {
                        return null;
                    }
                    if (inline(in, lineEnd)) {
                        return command;
                    }
                    continue;
                }
                if (!header(in)) {
                    return null;
                }
                continue;
            }
            if (!argument(in)) {
                return null;
            }
            if (missing == 0) {
                finish(in);
                return command;
            }
        }
        return null;
    }

    /** {@return how many bytes the frame being read has at least, by what was seen of it} */
    public int frameBytes() {
        return bulk < 0 ? parsed : parsed + bulk + 2;
    }

    /** Makes the command given last the next one again. Only valid before another call of {@link #next}. */
    public void unread(ByteBuf in) {
        in.readerIndex(lastStart);
    }

    private boolean header(ByteBuf in) throws ProtocolViolation {
        int lineEnd = line(in, "too big mbulk count string");
        if (lineEnd < 0) {
            return false;
        }
        int digits = in.readerIndex() + 1;
        long length = Ascii.integer(in, digits, lineEnd - digits);
        if (length == Ascii.NOT_AN_INTEGER || length > limits.maxArrayLength()) {
            throw new ProtocolViolation(length > 0 ? Kind.ArrayTooLong : Kind.Malformed, "invalid multibulk length");
        }
        parsed = lineEnd + 2 - in.readerIndex();
        if (length <= 0) {
            skip(in);
            return true;
        }
        missing = (int) length;
        command.begin();
        return true;
    }

    private boolean argument(ByteBuf in) throws ProtocolViolation {
        if (bulk < 0 && !bulkHeader(in)) {
            return false;
        }
        int payload = in.readerIndex() + parsed;
        if (in.writerIndex() - payload < bulk + 2) {
            return false;
        }
        if (in.getByte(payload + bulk) != '\r' || in.getByte(payload + bulk + 1) != '\n') {
            throw new ProtocolViolation(Kind.Malformed, "expected CRLF after " + bulk + " bytes of an argument");
        }
        command.add(parsed, bulk);
        parsed += bulk + 2;
        bulk = -1;
        missing--;
        return true;
    }

    private boolean bulkHeader(ByteBuf in) throws ProtocolViolation {
        int lineEnd = line(in, "too big bulk count string");
        if (lineEnd < 0) {
            return false;
        }
        int start = in.readerIndex() + parsed;
        if (in.getByte(start) != '$') {
            throw new ProtocolViolation(
                    Kind.Malformed, "expected '$', got '" + (char) (in.getByte(start) & 0xff) + "'");
        }
        long length = Ascii.integer(in, start + 1, lineEnd - start - 1);
        if (length < 0 || length > limits.maxBulkBytes()) {
            throw new ProtocolViolation(length > 0 ? Kind.BulkTooLong : Kind.Malformed, "invalid bulk length");
        }
        parsed = lineEnd + 2 - in.readerIndex();
        if (parsed + length + 2 > limits.maxRequestBytes()) {
            throw new ProtocolViolation(
                    Kind.RequestTooLong,
                    "too big request, the agent has memory for one of at most " + limits.maxRequestBytes() + " bytes");
        }
        bulk = (int) length;
        return true;
    }

    private void finish(ByteBuf in) {
        lastStart = in.readerIndex();
        command.end(in, lastStart, lastStart + parsed, lastStart);
        skip(in);
    }

    private boolean inline(ByteBuf in, int lineEnd) throws ProtocolViolation {
        int start = in.readerIndex();
        int end = lineEnd > start && in.getByte(lineEnd - 1) == '\r' ? lineEnd - 1 : lineEnd;
        List<byte[]> arguments = InlineArguments.split(in, start, end);
        lastStart = start;
        parsed = lineEnd + 1 - start;
        skip(in);
        if (arguments.isEmpty()) {
            return false;
        }
        command.copyOf(arguments.toArray(byte[][]::new));
        return true;
    }

    private void skip(ByteBuf in) {
        in.skipBytes(parsed);
        parsed = 0;
    }

    /** Index of the CR that ends the line at {@link #parsed}, or -1. */
    private int line(ByteBuf in, String tooLong) throws ProtocolViolation {
        int end = find(in, (byte) '\r', Kind.Malformed, tooLong);
        if (end < 0 || end + 1 >= in.writerIndex()) {
            return -1;
        }
        if (in.getByte(end + 1) != '\n') {
            throw new ProtocolViolation(Kind.Malformed, "expected LF after CR");
        }
        return end;
    }

    private int find(ByteBuf in, byte wanted, Kind kind, String tooLong) throws ProtocolViolation {
        int from = in.readerIndex() + parsed;
        int found = in.indexOf(from + scanned, in.writerIndex(), wanted);
        int seen = (found < 0 ? in.writerIndex() : found) - from;
        if (seen > limits.maxInlineBytes()) {
            throw new ProtocolViolation(kind, tooLong);
        }
        // A line end that stands at the buffer's very end is looked for again: its second byte is still to come.
        scanned = found < 0 ? seen : found + 1 >= in.writerIndex() && wanted == '\r' ? seen : 0;
        return found;
    }
}
