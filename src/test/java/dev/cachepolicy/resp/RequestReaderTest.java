package dev.cachepolicy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

    private static final RequestLimits LIMITS = new RequestLimits(1000, 100, 200, 2000);

    private final RequestReader reader = new RequestReader(LIMITS);

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static List<String> arguments(Command command) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < command.count(); i++) {
            arguments.add(new String(command.copy(i), StandardCharsets.ISO_8859_1));
        }
        return arguments;
    }

    private static String unescape(String text) {
        return text.replace("{990}", "x".repeat(990)).replace("\\r", "\r").replace("\\n", "\n");
    }

    /** Texts are those of redis-server 7.0, but for the last three, which it does not check. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            *abc\\r\\n                       | invalid multibulk length
            *101\\r\\n                       | invalid multibulk length
            *3000000000\\r\\n                | invalid multibulk length
            *99999999999999999999\\r\\n      | invalid multibulk length
            *01\\r\\n                        | invalid multibulk length
            *+1\\r\\n                        | invalid multibulk length
            *\\r\\n                          | invalid multibulk length
            *1 \\r\\n                        | invalid multibulk length
            *1\\r\\n$abc\\r\\n               | invalid bulk length
            *1\\r\\n$-1\\r\\n                | invalid bulk length
            *1\\r\\n$1001\\r\\n              | invalid bulk length
            *1\\r\\n$99999999999\\r\\n       | invalid bulk length
            *1\\r\\n$04\\r\\nPING\\r\\n      | invalid bulk length
            *1\\r\\n$\\r\\n                  | invalid bulk length
            *1\\r\\n:1\\r\\n                 | expected '$', got ':'
            *2\\r\\n$4\\r\\nPING\\r\\nPONG\\r\\n | expected '$', got 'P'
            "PING\\r\\n                      | unbalanced quotes in request
            'PING\\r\\n                      | unbalanced quotes in request
            "PING"x\\r\\n                    | unbalanced quotes in request
            'PING'x\\r\\n                    | unbalanced quotes in request
            SET a "b\\n                      | unbalanced quotes in request
            *1\\r\\n$4\\r\\nPINGxx           | expected CRLF after 4 bytes of an argument
            *3\\r\\n$0\\r\\n\\r\\n$990\\r\\n{990}\\r\\n$990\\r\\n | too big request, the agent has memory for one of at most 2000 bytes
            *1\\rX$4\\r\\nPING\\r\\n         | expected LF after CR
            """)
    void malformedRequestsAreRefusedInRedissWords(String bytes, String error) {
        assertThatThrownBy(() -> reader.next(buffer(unescape(bytes))))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessage("Protocol error: " + error);
    }

    @ParameterizedTest
    @CsvSource({"'', too big inline request", "*, too big mbulk count string", "'*1\r\n$', too big bulk count string"})
    void linesThatDoNotEndAreRefused(String start, String error) throws Exception {
        ByteBuf in = buffer(start + "1".repeat(200 - 1));
        assertThat(reader.next(in)).isNull();
        in.writeBytes(buffer("11"));
        assertThatThrownBy(() -> reader.next(in)).hasMessage("Protocol error: " + error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PING                    | PING
            `  SET  k   v  `        | SET,k,v
            SET "a b" 'c d'         | SET,a b,c d
            SET "\\x41\\x6a" x      | SET,Aj,x
            SET "a\\"b" 'c\\'d'     | SET,a"b,c'd
            SET "\\n\\t\\a\\b\\q"   | SET,<0a><09><07><08>q
            SET "\\x4" 'x\\n'       | SET,x4,x\\n
            SET "" ''               | SET,,
            """)
    void inlineCommandsAreSplitAsRedisDoes(String line, String expected) throws Exception {
        Command command = reader.next(buffer(line + "\r\n"));
        String shown = String.join(",", arguments(command))
                .chars()
                .mapToObj(c -> c < ' ' ? "<%02x>".formatted(c) : Character.toString(c))
                .collect(Collectors.joining());
        assertThat(shown).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\r\nPING\r\n", "\nPING\n", "*0\r\nPING\r\n", "*-1\r\n*1\r\n$4\r\nPING\r\n", "   \r\nPING\r\n"})
    void emptyRequestsAreSkipped(String bytes) throws Exception {
        assertThat(arguments(reader.next(buffer(bytes)))).containsExactly("PING");
    }

    @Test
    void commandsAreTheSameInWhateverPiecesTheyCome() throws Exception {
        String text =
                "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nv\r\n*1\r\n\r\nPING a\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\nquit\n";
        for (int piece = 1; piece <= text.length(); piece++) {
            RequestReader fragmented = new RequestReader(LIMITS);
            ByteBuf in = Unpooled.buffer();
            List<List<String>> commands = new ArrayList<>();
            for (int at = 0; at < text.length(); at += piece) {
                in.writeBytes(buffer(text.substring(at, Math.min(text.length(), at + piece))));
                for (Command c = fragmented.next(in); c != null; c = fragmented.next(in)) {
                    commands.add(arguments(c));
                }
                // What is unread may move: positions count from the frame's start.
                in = in.readRetainedSlice(in.readableBytes()).copy();
            }
            assertThat(commands)
                    .containsExactly(
                            List.of("SET", "k", "v\r\n*1"), List.of("PING", "a"), List.of("GET", ""), List.of("quit"));
        }
    }

    @Test
    void aCommandThatWasPutBackComesAgain() throws Exception {
        for (String text : List.of("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n", "PING\r\nQUIT\r\n")) {
            ByteBuf in = buffer(text);
            reader.next(in);
            reader.unread(in);
            assertThat(arguments(reader.next(in))).containsExactly("PING");
            assertThat(arguments(reader.next(in))).containsExactly("QUIT");
        }
    }

    @Test
    void aCommandIsItsFrameAndItsSpec() throws Exception {
        ByteBuf in = buffer("PING\r\n*2\r\n$3\r\ngEt\r\n$1\r\nk\r\n");
        reader.next(in);
        Command command = reader.next(in);
        assertThat(command.spec().verb()).isEqualTo("GET");
        assertThat(command.frameStart()).isEqualTo(6);
        assertThat(command.frameEnd()).isEqualTo(in.writerIndex());
    }

    /** A line of a megabyte byte by byte would take minutes if each byte cost a look at all before it. */
    @Test
    @Timeout(30)
    void bytesAreLookedAtOnce() throws Exception {
        int length = 4 << 20;
        RequestReader patient = new RequestReader(new RequestLimits(length, 100, length, 2 * length));
        ByteBuf in = Unpooled.buffer(length + 16);
        for (int i = 0; i < length; i++) {
            in.writeByte('a');
            assertThat(patient.next(in) == null).isTrue();
        }
        in.writeByte('\n');
        assertThat(patient.next(in).length(0)).isEqualTo(length);
    }
}
