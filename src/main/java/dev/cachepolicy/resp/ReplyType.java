package dev.cachepolicy.resp;

import org.jspecify.annotations.Nullable;

/** The types of RESP2 and RESP3 by their first byte. */
public enum ReplyType {
    SimpleString('+', Form.Line),
    SimpleError('-', Form.Line),
    Integer(':', Form.Line),
    Null('_', Form.Line),
    Bool('#', Form.Line),
    Double(',', Form.Line),
    BigNumber('(', Form.Line),
    BulkString('$', Form.Blob),
    BulkError('!', Form.Blob),
    Verbatim('=', Form.Blob),
    /** A part of a streamed string. */
    Chunk(';', Form.Blob),
    Array('*', Form.Aggregate),
    Set('~', Form.Aggregate),
    Push('>', Form.Aggregate),
    Map('%', Form.Aggregate),
    /** Says something about the value that follows it, which alone is the reply. */
    Attribute('|', Form.Aggregate),
    /** Ends an aggregate of unknown length. */
    End('.', Form.Line);

    /** How a type is framed. */
    enum Form {
        Line,
        Blob,
        Aggregate
    }

    private static final @Nullable ReplyType[] BY_MARKER = new ReplyType[128];

    static {
        for (ReplyType type : values()) {
            BY_MARKER[type.marker] = type;
        }
    }

    final char marker;
    final Form form;

    ReplyType(char marker, Form form) {
        this.marker = marker;
        this.form = form;
    }

    /** {@return how many values an element of this aggregate has} */
    int width() {
        return this == Map || this == Attribute ? 2 : 1;
    }

    public boolean isError() {
        return this == SimpleError || this == BulkError;
    }

    /** {@return the type with this first byte} */
    static ReplyType of(byte marker) throws ProtocolViolation {
        ReplyType type = marker < 0 ? null : BY_MARKER[marker];
        if (type == null) {
            throw new ProtocolViolation(
                    ProtocolViolation.Kind.Malformed, "no reply begins with byte " + (marker & 0xff));
        }
        return type;
    }
}
