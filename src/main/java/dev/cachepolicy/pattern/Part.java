package dev.cachepolicy.pattern;

import java.nio.charset.StandardCharsets;

/** A part of a {@link KeyPattern}. */
sealed interface Part {

    /** These bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared through KeyPattern.canonical alone
    record Literal(byte[] bytes) implements Part {

        /** {@return the literal as a pattern writes it} */
        String escaped() {
            return new String(bytes, StandardCharsets.UTF_8).replaceAll("[{}*\\\\]", "\\\\$0");
        }
    }

    /** One or more bytes other than {@code :}. */
    record Capture(String name) implements Part {}

    /** Any run of bytes other than {@code :}. */
    record Star() implements Part {}

    /** Any run of bytes; the last part. */
    record DoubleStar() implements Part {}
}
