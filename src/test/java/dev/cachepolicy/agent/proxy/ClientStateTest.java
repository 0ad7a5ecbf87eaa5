package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientStateTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                      | Plain
            WATCH                   | Watching
            WATCH UNWATCH           | Plain
            MULTI                   | InTransaction
            WATCH MULTI             | InTransaction
            MULTI WATCH             | InTransaction
            MULTI UNWATCH           | InTransaction
            MULTI MULTI             | InTransaction
            MULTI EXEC              | Plain
            WATCH MULTI DISCARD     | Plain
            WATCH EXEC              | Plain
            EXEC                    | Plain
            """)
    void commandsLeadFromStateToState(String commands, String expected) {
        ClientState state = new ClientState.Plain();
        for (String command : commands.split(" ", -1)) {
            state = switch (command) {
                case "WATCH" -> state.watch();
                case "UNWATCH" -> state.unwatch();
                case "MULTI" -> state.multi(0);
                case "EXEC", "DISCARD" -> state.endTransaction();
                default -> state;
            };
        }
        assertThat(state.getClass().getSimpleName()).isEqualTo(expected);
    }

    @Test
    void aNestedMultiKeepsTheTransaction() {
        ClientState first = new ClientState.Plain().multi(0);
        assertThat(first.multi(0)).isSameAs(first);
    }

    @Test
    void subscriptionsAreWhatRedisConfirms() throws Exception {
        Subscriptions now = Subscriptions.NONE;
        for (String confirmation :
                List.of("subscribe a 1", "subscribe b 2", "psubscribe p* 3", "ssubscribe s 1", "subscribe a 3")) {
            now = now.confirmed(framed(confirmation));
        }
        assertThat(now).isEqualTo(new Subscriptions(2, 1, 1));
        for (String confirmation : List.of("unsubscribe a 2", "unsubscribe b 1", "sunsubscribe s 0")) {
            now = now.confirmed(framed(confirmation));
        }
        assertThat(now).isEqualTo(new Subscriptions(0, 1, 0));
        assertThat(now.any()).isTrue();
        assertThat(now.confirmed(framed("punsubscribe p* 0"))).isEqualTo(Subscriptions.NONE);
    }

    private static ReplyFramer framed(String confirmation) throws Exception {
        String[] words = confirmation.split(" ", -1);
        String reply = "*3\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n:%s\r\n"
                .formatted(words[0].length(), words[0], words[1].length(), words[1], words[2]);
        ByteBuf in = Unpooled.copiedBuffer(reply, StandardCharsets.US_ASCII);
        ReplyFramer framer = new ReplyFramer(4);
        assertThat(framer.advance(in, 0, in.writerIndex())).isEqualTo(in.writerIndex());
        return framer;
    }

    @Test
    void anUnsubscribeWithoutNamesEndsWithTheLastOfItsKind() {
        ReplySlot.Confirming all = new ReplySlot.Confirming(0);
        assertThat(all.confirmed(2)).isFalse();
        assertThat(all.confirmed(1)).isFalse();
        assertThat(all.confirmed(0)).isTrue();
        ReplySlot.Confirming two = new ReplySlot.Confirming(2);
        assertThat(two.confirmed(5)).isFalse();
        assertThat(two.confirmed(5)).isTrue();
    }

    @Test
    void aSessionIsToldAgainAsItWasAgreed() {
        Session session = Session.INITIAL
                .withDatabase(3)
                .withProtocol(true)
                .withClientInfo("LIB-NAME", Handshake.ascii("lib"))
                .withClientName(Handshake.ascii("me"));
        assertThat(session.replay().stream()
                        .map(step -> String.join(
                                " ",
                                List.of(step.command()).stream()
                                        .map(word -> new String(word, StandardCharsets.US_ASCII))
                                        .toList())))
                .containsExactly("HELLO 3", "CLIENT SETNAME me", "CLIENT SETINFO LIB-NAME lib", "SELECT 3");
        assertThat(Session.INITIAL.replay()).isEmpty();
    }

    @Test
    void credentialsAreNotPrinted() {
        assertThat(new Credentials("app", "hunter2").toString()).contains("app").doesNotContain("hunter2");
    }
}
