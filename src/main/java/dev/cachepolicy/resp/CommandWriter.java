package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** Writes commands: arrays of bulk strings, so that no byte of an argument can be taken for protocol. */
public final class CommandWriter {

    /** Longest length prefix: a marker, ten digits, CRLF. */
    private static final int MAX_HEADER = 13;

    private CommandWriter() {}

    /** Appends a command. */
    public static void write(ByteBuf out, byte[]... arguments) {
        header(out, '*', arguments.length);
        for (byte[] argument : arguments) {
            bulk(out, argument);
        }
    }

    /** Appends the head of a command; so many arguments follow. */
    public static void begin(ByteBuf out, int arguments) {
        header(out, '*', arguments);
    }

    /** Appends an argument. */
    public static void argument(ByteBuf out, byte[] argument) {
        bulk(out, argument);
    }

    /** Appends arguments of which some are new and the others are those of a command. */
    public static void arguments(ByteSink sink, Command original, List<Argument> arguments) {
        for (Argument argument : arguments) {
            switch (argument) {
                case Argument.Kept(int from, int to) -> {
                    if (from < to) {
                        sink.take(
                                original.buffer(),
                                start(original, from),
                                original.offset(to - 1) + original.length(to - 1) + 2);
                    }
                }
                case Argument.Text(byte[] bytes) -> bulk(sink.room(bytes.length + MAX_HEADER + 2), bytes);
            }
        }
    }

    /** {@return how many arguments these are} */
    public static int count(List<Argument> arguments) {
        int count = 0;
        for (Argument argument : arguments) {
            count += argument instanceof Argument.Kept(int from, int to) ? to - from : 1;
        }
        return count;
    }

    /** Appends a command of which some arguments are new and the others are those of the original. */
    public static void rewrite(ByteSink sink, Command original, List<Argument> arguments) {
        begin(sink.room(MAX_HEADER), count(arguments));
        arguments(sink, original, arguments);
    }

    private static int start(Command command, int argument) {
        return command.offset(argument) - headerLength(command.length(argument));
    }

    static int headerLength(int number) {
        int length = 4;
        for (int rest = number; rest >= 10; rest /= 10) {
            length++;
        }
        return length;
    }

    static void bulk(ByteBuf out, byte[] bytes) {
        header(out, '$', bytes.length);
        out.writeBytes(bytes);
        out.writeShort(CRLF);
    }

    static void header(ByteBuf out, char marker, long number) {
        out.writeByte(marker);
        number(out, number);
        out.writeShort(CRLF);
    }

    static final int CRLF = '\r' << 8 | '\n';

    private static void number(ByteBuf out, long number) {
        if (number >= 10) {
            number(out, number / 10);
        }
        out.writeByte((int) ('0' + number % 10));
    }
}
