package dev.cachepolicy.resp;

/**
 * Bytes that are not the Redis protocol, or exceed its limits. After it the connection can only be closed: where the next
 * frame begins is unknown.
 */
public final class ProtocolViolation extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was violated; a label of metrics. */
    public enum Kind {
        Malformed,
        BulkTooLong,
        ArrayTooLong,
        InlineTooLong,
        RequestTooLong,
        TooDeep
    }

    private final Kind kind;

    /** The stack trace would say nothing that the message does not, and costs a client's flood of garbage too little. */
    ProtocolViolation(Kind kind, String detail) {
        super("Protocol error: " + detail, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
