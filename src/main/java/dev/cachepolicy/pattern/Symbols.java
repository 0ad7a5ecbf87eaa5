package dev.cachepolicy.pattern;

import java.util.List;

/** A pattern as a row of small numbers: a literal byte is itself (0 to 255), a wildcard one of the numbers below. */
final class Symbols {

    static final short STAR = 256;
    static final short CAPTURE = 257;
    static final short DOUBLE_STAR = 258;

    private Symbols() {}

    static short[] of(List<Part> parts) {
        int length = 0;
        for (Part part : parts) {
            length += part instanceof Part.Literal literal ? literal.bytes().length : 1;
        }
        short[] symbols = new short[length];
        int at = 0;
        for (Part part : parts) {
            if (part instanceof Part.Literal literal) {
                for (byte b : literal.bytes()) {
                    symbols[at++] = (short) Byte.toUnsignedInt(b);
                }
            } else if (part instanceof Part.Wildcard wildcard) {
                symbols[at++] = wildcard.symbol();
            }
        }
        return symbols;
    }
}
