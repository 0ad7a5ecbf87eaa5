package dev.cachepolicy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A part of a {@link KeyPattern}. */
sealed interface Part {

    /** {@return the part as a pattern writes it, whatever a capture is called} */
    String canonical();

    /** {@return how many bytes it stands for, if it always stands for the same} */
    default int literalBytes() {
        return 0;
    }

    /** These bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared through KeyPattern.canonical alone
    record Literal(byte[] bytes) implements Part {

        private static final Pattern SPECIAL = Pattern.compile("[{}*\\\\]");

        @Override
        public String canonical() {
            return SPECIAL.matcher(new String(bytes, StandardCharsets.UTF_8)).replaceAll("\\\\$0");
        }

        @Override
        public int literalBytes() {
            return bytes.length;
        }
    }

    /** A part that stands for many texts. */
    sealed interface Wildcard extends Part {

        /** {@return its number among the {@link Symbols}} */
        short symbol();
    }

    /** One or more bytes other than {@code :}. */
    record Capture(String name) implements Wildcard {

        @Override
        public String canonical() {
            return "{}";
        }

        @Override
        public short symbol() {
            return Symbols.CAPTURE;
        }
    }

    /** Any run of bytes other than {@code :}. */
    record Star() implements Wildcard {

        @Override
        public String canonical() {
            return "*";
        }

        @Override
        public short symbol() {
            return Symbols.STAR;
        }
    }

    /** Any run of bytes; the last part. */
    record DoubleStar() implements Wildcard {

        @Override
        public String canonical() {
            return "**";
        }

        @Override
        public short symbol() {
            return Symbols.DOUBLE_STAR;
        }
    }
}
