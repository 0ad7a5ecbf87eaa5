package dev.cachepolicy.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One request as a view on the buffer that it came in: nothing is copied, so it is valid only until its reader is asked
 * for the next one. Argument 0 is the verb.
 */
public final class Command {

    /** What {@link #integer} gives for an argument that is no integer as Redis reads them. */
    public static final long NOT_AN_INTEGER = Ascii.NOT_AN_INTEGER;

    private static final int USUAL_ARGUMENTS = 64;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int frameStart;
    private int frameEnd;
    private int count;
    private int[] offsets = new int[USUAL_ARGUMENTS];
    private int[] lengths = new int[USUAL_ARGUMENTS];
    private CommandSpec spec = CommandSpec.UNKNOWN;

    Command() {}

    /** {@return a command of its own buffer, from its arguments} */
    public static Command of(String... arguments) {
        byte[][] bytes = Arrays.stream(arguments)
                .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return new Command().copyOf(bytes);
    }

    Command copyOf(byte[]... arguments) {
        ByteBuf frame = Unpooled.buffer();
        CommandWriter.write(frame, arguments);
        begin();
        int position = CommandWriter.headerLength(arguments.length);
        for (byte[] argument : arguments) {
            position += CommandWriter.headerLength(argument.length);
            add(position, argument.length);
            position += argument.length + 2;
        }
        end(frame, 0, frame.writerIndex(), 0);
        return this;
    }

    void begin() {
        count = 0;
        if (offsets.length > USUAL_ARGUMENTS) {
            offsets = new int[USUAL_ARGUMENTS];
            lengths = new int[USUAL_ARGUMENTS];
        }
    }

    /** Adds an argument; the offset counts from the frame's start until {@link #end}. */
    void add(int offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        offsets[count] = offset;
        lengths[count++] = length;
    }

    void end(ByteBuf frame, int start, int end, int shift) {
        buffer = frame;
        frameStart = start;
        frameEnd = end;
        if (shift != 0) {
            for (int i = 0; i < count; i++) {
                offsets[i] += shift;
            }
        }
        spec = CommandTable.find(frame, offsets[0], lengths[0]);
    }

    /** {@return what the verb means} */
    public CommandSpec spec() {
        return spec;
    }

    /** {@return the buffer that holds the frame and all arguments} */
    public ByteBuf buffer() {
        return buffer;
    }

    /** {@return index of the frame's first byte} */
    public int frameStart() {
        return frameStart;
    }

    /** {@return index after the frame's last byte} */
    public int frameEnd() {
        return frameEnd;
    }

    /** {@return how many arguments there are, with the verb} */
    public int count() {
        return count;
    }

    /** {@return index of an argument's first byte} */
    public int offset(int argument) {
        return offsets[argument];
    }

    /** {@return an argument's length in bytes} */
    public int length(int argument) {
        return lengths[argument];
    }

    /** {@return whether an argument is this word, in upper case here and in any case there} */
    public boolean is(int argument, String word) {
        if (lengths[argument] != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Ascii.upper(buffer.getByte(offsets[argument] + i)) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@return an argument's value, or {@link #NOT_AN_INTEGER}} */
    public long integer(int argument) {
        return Ascii.integer(buffer, offsets[argument], lengths[argument]);
    }

    /** {@return a copy of an argument} */
    public byte[] copy(int argument) {
        byte[] bytes = new byte[lengths[argument]];
        buffer.getBytes(offsets[argument], bytes);
        return bytes;
    }
}
