package dev.cachepolicy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyFramerTest {

    private static String lines(String text) {
        return text.replace("'", "").replace(" ", "\r\n") + "\r\n";
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /** A space stands for CRLF. */
    @ParameterizedTest
    @CsvSource(delimiter = '^', textBlock = """
            +OK                                 ^ SimpleString ^ 0 ^ 0 ^ OK
            -ERR                                ^ SimpleError ^ 0 ^ 0 ^ ERR
            :42                                 ^ Integer ^ 0 ^ 42 ^ ''
            :-7                                 ^ Integer ^ 0 ^ -7 ^ ''
            :+5                                 ^ Integer ^ 0 ^ 5 ^ ''
            :9223372036854775807                ^ Integer ^ 0 ^ 9223372036854775807 ^ ''
            :-9223372036854775808               ^ Integer ^ 0 ^ -9223372036854775808 ^ ''
            $5 hello                            ^ BulkString ^ 5 ^ 0 ^ ''
            '$0 '                               ^ BulkString ^ 0 ^ 0 ^ ''
            $-1                                 ^ BulkString ^ -1 ^ 0 ^ ''
            *-1                                 ^ Array ^ -1 ^ 0 ^ ''
            *0                                  ^ Array ^ 0 ^ 0 ^ ''
            *2 $1 a $-1                         ^ Array ^ 2 ^ 0 ^ a
            *2 *1 :1 *0                         ^ Array ^ 2 ^ 0 ^ ''
            *3 $7 message $1 c $1 m             ^ Array ^ 3 ^ 0 ^ message
            *3 $9 subscribe $1 c :2             ^ Array ^ 3 ^ 2 ^ subscribe
            _                                   ^ Null ^ -1 ^ 0 ^ ''
            '#t'                                ^ Bool ^ 0 ^ 0 ^ ''
            ,1.5e300                            ^ Double ^ 0 ^ 0 ^ ''
            (3492890328409238509324850943850943825024385 ^ BigNumber ^ 0 ^ 0 ^ ''
            =7 txt:abc                          ^ Verbatim ^ 7 ^ 0 ^ ''
            !5 ERR x                            ^ BulkError ^ 5 ^ 0 ^ ''
            ~2 +a +b                            ^ Set ^ 2 ^ 0 ^ a
            %1 +k +v                            ^ Map ^ 1 ^ 0 ^ k
            %0                                  ^ Map ^ 0 ^ 0 ^ ''
            >3 $9 subscribe $1 c :1             ^ Push ^ 3 ^ 1 ^ subscribe
            *2 :1 >3 $7 message $1 c $1 m :2    ^ Array ^ 2 ^ 2 ^ ''
            *2 >2 $1 x :9 *1 >1 :8 :1 :2        ^ Array ^ 2 ^ 2 ^ ''
            *1 >0 $1 a                          ^ Array ^ 1 ^ 0 ^ a
            |1 +ttl :3600 $1 v                  ^ BulkString ^ 1 ^ 0 ^ ''
            |1 +a *2 :1 :2 *1 |1 +b +c :7       ^ Array ^ 1 ^ 7 ^ ''
            |0 +OK                              ^ SimpleString ^ 0 ^ 0 ^ OK
            $? ;4 Hell ;1 o ;0                  ^ BulkString ^ 1 ^ 0 ^ ''
            *? :1 *? :2 . .                     ^ Array ^ 1 ^ 1 ^ ''
            %? +k +v .                          ^ Map ^ 1 ^ 0 ^ k
            *1 $? ;1 x ;0                       ^ Array ^ 1 ^ 0 ^ ''
            """)
    void repliesOfEveryTypeEndWhereTheyEndInWhateverPiecesTheyCome(
            String text, ReplyType type, long length, long integer, String name) throws Exception {
        String reply = text.equals("!5 ERR x") ? "!5\r\nERR x\r\n" : lines(text);
        ByteBuf in = buffer(reply + "+next\r\n");
        int end = reply.length();
        for (int piece = 1; piece <= in.writerIndex(); piece++) {
            ReplyFramer framer = new ReplyFramer(8);
            int found = -1;
            int at = 0;
            while (found < 0) {
                int to = Math.min(in.writerIndex(), at + piece);
                found = framer.advance(in, at, to);
                at = to;
            }
            assertThat(found).isEqualTo(end);
            assertThat(framer.insideReply()).isFalse();
            assertThat(framer.type()).isEqualTo(type);
            assertThat(framer.length()).isEqualTo(length);
            assertThat(framer.integer()).isEqualTo(integer);
            assertThat(framer.name()).isEqualTo(name);
        }
    }

    @Test
    void elementsOfTheReplyAreToldWithTheirLengths() throws Exception {
        ReplyFramer framer = new ReplyFramer(8);
        List<String> elements = new ArrayList<>();
        framer.listen((index, type, length) -> elements.add(index + " " + type + " " + length));
        ByteBuf in = buffer(lines("|1 +ignored *1 :1 *6 $-1 $2 ab *3 :1 :2 :3 _ |1 +x +y -ERR :9"));
        assertThat(framer.advance(in, 0, in.writerIndex())).isEqualTo(in.writerIndex());
        assertThat(elements)
                .containsExactly(
                        "0 BulkString -1",
                        "1 BulkString 2",
                        "2 Array 3",
                        "3 Null -1",
                        "4 SimpleError 0",
                        "5 Integer 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            @1                   | no reply begins with byte 64
            $abc                 | a length or integer holds byte 97
            $-2                  | a length is out of range
            *99999999999999999999 | a length or integer is malformed
            '$'                  | a length or integer is malformed
            :1x                  | a length or integer holds byte 120
            .                    | the end of something that has a length
            ;0                   | the end of something that has a length
            *1 *1 *1 *1 *1 :1    | a reply is nested deeper than 4
            """)
    void bytesThatAreNoReplyAreRefused(String text, String error) {
        ByteBuf in = buffer(lines(text));
        assertThatThrownBy(() -> new ReplyFramer(4).advance(in, 0, in.writerIndex()))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessage("Protocol error: " + error);
    }

    @Test
    void aReplyOfAnySizePassesInPieces() throws Exception {
        ReplyFramer framer = new ReplyFramer(4);
        ByteBuf header = buffer("$10000000000\r\n");
        assertThat(framer.advance(header, 0, header.writerIndex())).isEqualTo(-1);
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[1 << 20]);
        long left = 10_000_000_002L;
        while (left > piece.capacity()) {
            assertThat(framer.advance(piece, 0, piece.capacity())).isEqualTo(-1);
            left -= piece.capacity();
        }
        assertThat(framer.advance(piece, 0, piece.capacity())).isEqualTo((int) left);
    }
}
