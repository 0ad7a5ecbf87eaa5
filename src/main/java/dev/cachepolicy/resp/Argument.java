package dev.cachepolicy.resp;

/** An argument of a rewritten command. */
public sealed interface Argument {

    /** As many arguments of the original as stand between two positions, as they are. */
    record Kept(int from, int to) implements Argument {}

    /** A new one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; written to a socket
    record Text(byte[] bytes) implements Argument {}

    /** {@return all arguments from a position up to another} */
    static Argument kept(int from, int to) {
        return new Kept(from, to);
    }

    static Argument text(String text) {
        return new Text(Ascii.bytes(text));
    }

    static Argument number(long number) {
        return text(Long.toString(number));
    }
}
