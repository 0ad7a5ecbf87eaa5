package dev.cachepolicy.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/** Inputs in pieces of equal length. */
final class Pieces {

    private Pieces() {}

    /** Calls with the length of a piece: one byte, and one that the input itself chooses. */
    static void ofEach(byte[] input, IntConsumer action) {
        if (input.length > 0) {
            action.accept(1);
            action.accept(1 + Math.floorMod(Arrays.hashCode(input), input.length));
        }
    }

    static void same(byte[] input, int length, List<String> whole, List<String> pieces) {
        if (!whole.equals(pieces)) {
            throw new AssertionError("in pieces of %d bytes %s is %s, else %s"
                    .formatted(length, new String(input, StandardCharsets.ISO_8859_1), pieces, whole));
        }
    }
}
