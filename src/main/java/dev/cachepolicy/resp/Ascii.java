package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Numbers and words in buffers, read as Redis reads them. */
final class Ascii {

    /** What {@link #integer} gives for text that is none; no length or expiry of Redis has this value. */
    static final long NOT_AN_INTEGER = Long.MIN_VALUE;

    private Ascii() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte upper(byte b) {
        return b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }

    /** Like Redis's string2ll: no spaces, no plus, no leading zeros, nothing that overflows. */
    static long integer(ByteBuf in, int from, int length) {
        boolean negative = length > 0 && in.getByte(from) == '-';
        int digits = negative ? length - 1 : length;
        int first = from + length - digits;
        if (digits < 1 || digits > 19 || (in.getByte(first) == '0' && (digits > 1 || negative))) {
            return NOT_AN_INTEGER;
        }
        long value = 0;
        for (int i = first; i < from + length; i++) {
            int digit = in.getByte(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return NOT_AN_INTEGER;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
