package dev.cachepolicy.resp;

import dev.cachepolicy.resp.CommandSpec.Absent;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes the replies that an agent gives itself. */
public final class ReplyWriter {

    private ReplyWriter() {}

    /** Appends {@code +text}. */
    public static void status(ByteBuf out, String text) {
        line(out, '+', text);
    }

    /** Appends {@code -text}; a text begins with a code in capitals, as Redis's own do. */
    public static void error(ByteBuf out, String text) {
        line(out, '-', text);
    }

    /**
     * Appends what Redis answers for keys that are not there.
     *
     * @param values how many keys or fields the command asks for
     * @param resp3 the protocol of the connection
     */
    public static void absent(ByteBuf out, Absent absent, int values, boolean resp3) {
        switch (absent) {
            case None -> throw new IllegalArgumentException("not a read");
            case Nil -> nil(out, resp3);
            case Nils, NilFields -> {
                CommandWriter.header(out, '*', values);
                for (int i = 0; i < values; i++) {
                    nil(out, resp3);
                }
            }
            case NilOrEmptyArray -> {
                if (values == 0) {
                    nil(out, resp3);
                } else {
                    CommandWriter.header(out, '*', 0);
                }
            }
            case EmptyArray -> CommandWriter.header(out, '*', 0);
            case EmptySet -> CommandWriter.header(out, resp3 ? '~' : '*', 0);
            case EmptyMap -> CommandWriter.header(out, resp3 ? '%' : '*', 0);
            case EmptyString -> CommandWriter.bulk(out, new byte[0]);
            case EmptyScan -> {
                CommandWriter.header(out, '*', 2);
                CommandWriter.bulk(out, new byte[] {'0'});
                CommandWriter.header(out, '*', 0);
            }
            case Zero -> CommandWriter.header(out, ':', 0);
            case ZeroFields -> {
                CommandWriter.header(out, '*', values);
                for (int i = 0; i < values; i++) {
                    CommandWriter.header(out, ':', 0);
                }
            }
            case MinusTwo -> line(out, ':', "-2");
            case NoType -> status(out, "none");
        }
    }

    /** Appends the head of a map; its keys and values follow. In RESP2, which has none, they are an array. */
    public static void map(ByteBuf out, int entries, boolean resp3) {
        CommandWriter.header(out, resp3 ? '%' : '*', resp3 ? entries : 2 * entries);
    }

    /** Appends a bulk string. */
    public static void bulk(ByteBuf out, String text) {
        CommandWriter.bulk(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a bulk string. */
    public static void bulk(ByteBuf out, byte[] bytes) {
        CommandWriter.bulk(out, bytes);
    }

    /** Appends an integer of 0 or more. */
    public static void integer(ByteBuf out, int number) {
        CommandWriter.header(out, ':', number);
    }

    /** Appends {@code *0}. */
    public static void emptyArray(ByteBuf out) {
        CommandWriter.header(out, '*', 0);
    }

    private static void nil(ByteBuf out, boolean resp3) {
        line(out, resp3 ? '_' : '$', resp3 ? "" : "-1");
    }

    /** A line end within a text would end the reply. */
    private static void line(ByteBuf out, char marker, String text) {
        out.writeByte(marker);
        out.writeCharSequence(text.replace('\r', ' ').replace('\n', ' '), StandardCharsets.UTF_8);
        out.writeShort(CommandWriter.CRLF);
    }
}
