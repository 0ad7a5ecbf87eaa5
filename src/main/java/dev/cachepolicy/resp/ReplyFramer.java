package dev.cachepolicy.resp;

import dev.cachepolicy.resp.ProtocolViolation.Kind;
import io.netty.buffer.ByteBuf;

/**
 * Finds where replies end, and says of each what policies and ordering need to know. It streams: every byte is looked at
 * once, in whatever pieces they come, payloads are skipped, and nothing of a reply is kept but its nesting. A reply of any
 * size therefore passes through the agent in the pieces in which Redis sends it.
 *
 * <p>What it says of a reply holds from its end until the next one begins.
 */
public final class ReplyFramer {

    private enum State {
        Type,
        Line,
        Blob
    }

    /** Instead of a count: an aggregate or string whose end is marked by its last part. */
    private static final long STREAMED = -1;

    private final long[] missing;
    private final ReplyType[] enclosing;
    private int depth;

    private State state = State.Type;
    private ReplyType current = ReplyType.Null;
    private final LineNumber number = new LineNumber();
    private long payload;
    private boolean complete;

    private ElementListener listener = ElementListener.NONE;
    private ReplyType type = ReplyType.Null;
    private long length;
    private long integer;
    private int elements;
    private int present;
    private final ReplyName name = new ReplyName();
    private boolean naming;

    /** @param maxDepth deepest nesting that is accepted */
    public ReplyFramer(int maxDepth) {
        missing = new long[maxDepth];
        enclosing = new ReplyType[maxDepth];
    }

    /** Who is told of the elements of the reply that begins next. */
    public void listen(ElementListener newListener) {
        listener = newListener;
    }

    /**
     * {@return the index after the last byte of the reply being read, or -1 when all bytes belong to it and it is not
     * complete}
     */
    public int advance(ByteBuf in, int from, int to) throws ProtocolViolation {
        int position = from;
        while (position < to) {
            position = switch (state) {
                case Type -> begin(in, position);
                case Line ->
                    current.form == ReplyType.Form.Line && current != ReplyType.Integer
                            ? text(in, position, to)
                            : number(in, position, to);
                case Blob -> blob(in, position, to);
            };
            if (complete) {
                complete = false;
                return position;
            }
        }
        return -1;
    }

    /** {@return whether a reply has begun and is not complete} */
    public boolean insideReply() {
        return depth > 0 || state != State.Type;
    }

    /** {@return the type of the reply} */
    public ReplyType type() {
        return type;
    }

    /** {@return length of a string in bytes or of an aggregate in elements, -1 for null, 0 for everything else} */
    public long length() {
        return length;
    }

    /** {@return how many elements of an aggregate are no nulls} */
    public int present() {
        return present;
    }

    /** {@return the last integer of the reply, itself or an element of it} */
    public long integer() {
        return integer;
    }

    /** {@return the first bytes of a simple string or error, or of the string that an array or push begins with} */
    public String name() {
        return name.text();
    }

    /** {@return the code that an error begins with, such as WRONGPASS} */
    public String errorCode() {
        String text = name();
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    private int begin(ByteBuf in, int position) throws ProtocolViolation {
        current = ReplyType.of(in.getByte(position));
        if (depth == 0) {
            elements = 0;
            present = 0;
            name.clear();
            integer = 0;
        }
        number.clear();
        naming = name.isEmpty()
                && (depth == 0 || (depth == 1 && elements == 0))
                && (current == ReplyType.SimpleString
                        || current == ReplyType.SimpleError
                        || (depth == 1 && current == ReplyType.BulkString));
        state = State.Line;
        return position + 1;
    }

    private int text(ByteBuf in, int from, int to) throws ProtocolViolation {
        int end = in.indexOf(from, to, (byte) '\n');
        int until = end < 0 ? to : end;
        if (naming) {
            name.add(in, from, until);
        }
        if (end < 0) {
            return to;
        }
        if (naming) {
            name.endLine();
        }
        endOfLine();
        return end + 1;
    }

    private int number(ByteBuf in, int from, int to) throws ProtocolViolation {
        int end = number.read(in, from, to);
        if (end < 0) {
            return to;
        }
        endOfLine();
        return end;
    }

    private int blob(ByteBuf in, int from, int to) {
        int taken = (int) Math.min(payload, to - from);
        if (naming) {
            name.add(in, from, from + Math.clamp(payload - 2, 0, taken));
        }
        payload -= taken;
        if (payload == 0) {
            if (current == ReplyType.Chunk) {
                state = State.Type;
            } else {
                endOfValue();
            }
        }
        return from + taken;
    }

    private void endOfLine() throws ProtocolViolation {
        switch (current.form) {
            case Line -> endOfLineValue();
            case Blob -> beginBlob();
            case Aggregate -> beginAggregate();
        }
    }

    private void endOfLineValue() throws ProtocolViolation {
        if (current == ReplyType.End) {
            endStreamed();
            return;
        }
        if (current == ReplyType.Integer && depth <= 1) {
            integer = number.integer();
        }
        value(current == ReplyType.Null ? -1 : 0);
        endOfValue();
    }

    private void beginBlob() throws ProtocolViolation {
        long bytes = number.length();
        if (current == ReplyType.Chunk && bytes == 0) {
            endStreamed();
            return;
        }
        if (current != ReplyType.Chunk) {
            value(number.isStreamed() ? 1 : bytes);
        }
        if (number.isStreamed()) {
            nest(STREAMED);
        } else if (bytes < 0) {
            endOfValue();
        } else {
            payload = bytes + 2;
            state = State.Blob;
        }
    }

    private void beginAggregate() throws ProtocolViolation {
        long values = number.length();
        boolean counts = counts(current);
        if (counts) {
            value(number.isStreamed() ? 1 : values);
        }
        if (number.isStreamed()) {
            nest(STREAMED);
        } else if (values > 0) {
            nest(values * current.width());
        } else if (!counts) {
            state = State.Type;
        } else {
            endOfValue();
        }
    }

    /**
     * Whether an aggregate at this depth is one of the values that the enclosing one has announced. A push is not, anywhere
     * but at the top: Redis 7.0 writes the message that a command causes into the middle of this command's own reply.
     */
    private boolean counts(ReplyType aggregate) {
        return aggregate != ReplyType.Attribute && (aggregate != ReplyType.Push || depth == 0);
    }

    private void nest(long values) throws ProtocolViolation {
        if (depth == missing.length) {
            throw new ProtocolViolation(Kind.TooDeep, "a reply is nested deeper than " + missing.length);
        }
        enclosing[depth] = current;
        missing[depth++] = values;
        state = State.Type;
    }

    private void endStreamed() throws ProtocolViolation {
        if (depth == 0 || missing[depth - 1] != STREAMED) {
            throw malformed("the end of something that has a length");
        }
        depth--;
        endOfValue();
    }

    private void value(long valueLength) {
        if (depth == 0) {
            type = current;
            length = valueLength;
        } else if (depth == 1 && enclosing[0] != ReplyType.Attribute) {
            present += valueLength >= 0 ? 1 : 0;
            listener.element(elements++, current, valueLength);
        }
    }

    /** A value is complete, and with it every aggregate of which it is the last. */
    private void endOfValue() {
        state = State.Type;
        while (depth > 0) {
            if (missing[depth - 1] == STREAMED || --missing[depth - 1] > 0) {
                return;
            }
            depth--;
            if (!counts(enclosing[depth])) {
                return;
            }
        }
        complete = true;
    }

    private static ProtocolViolation malformed(String detail) {
        return new ProtocolViolation(Kind.Malformed, detail);
    }
}
