package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientOutputTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ClientOutput output = new ClientOutput(new OutputBatch(channel));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** Keeps a place and notes what it is told. */
    private final class Reply implements ClientOutput.Keeper {

        private final ClientOutput.Place place = output.keepPlace(this);
        private final List<String> told = new ArrayList<>();

        void give(String text) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
            place.take(bytes, 0, bytes.writerIndex());
            output.settle();
            bytes.release();
        }

        void give(String text, boolean last) {
            give(text);
            if (last) {
                place.close();
            }
        }

        @Override
        public void blocks() {
            told.add("blocks");
        }

        @Override
        public void mustEnd() {
            told.add("must end");
            place.room(1).writeByte('!');
            place.close();
        }

        @Override
        public void gone() {
            told.add("gone");
        }
    }

    private void take(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        output.take(bytes, 0, bytes.writerIndex());
        output.settle();
        bytes.release();
    }

    private String sent() {
        output.flush();
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(StandardCharsets.US_ASCII));
            next.release();
        }
        return text.toString();
    }

    @Test
    void whatStandsBehindAPlaceWaitsForIt() {
        take("a");
        Reply reply = new Reply();
        take("c");
        output.room(1).writeByte('d');
        assertThat(sent()).isEqualTo("a");
        reply.give("b", true);
        assertThat(sent()).isEqualTo("bcd");
        take("e");
        assertThat(sent()).isEqualTo("e");
    }

    @Test
    void theFirstPlaceStreams() {
        Reply first = new Reply();
        Reply second = new Reply();
        second.give("c");
        first.give("a");
        assertThat(sent()).isEqualTo("a");
        first.give("b", true);
        assertThat(sent()).as("the second is the first now").isEqualTo("bc");
        second.give("d");
        assertThat(sent()).isEqualTo("d");
    }

    @Test
    void aKeeperIsToldOnceThatSomethingWaits() {
        Reply first = new Reply();
        assertThat(first.told).isEmpty();
        Reply second = new Reply();
        take("x");
        take("y");
        output.tellBlocking();
        assertThat(first.told).containsExactly("blocks");
        assertThat(second.told).containsExactly("blocks");
        Reply third = new Reply();
        third.give("z", true);
        assertThat(third.told).as("nothing is behind it").isEmpty();
    }

    @Test
    void aReplyThatIsKnownWaitsForOneBefore() {
        Reply first = new Reply();
        Reply second = new Reply();
        second.give("b", true);
        assertThat(first.told).containsExactly("blocks");
        assertThat(sent()).isEmpty();
        first.give("a", true);
        assertThat(sent()).isEqualTo("ab");
    }

    @Test
    void whoKeepsAPlaceMustEndWhenTooMuchWaits() {
        Reply reply = new Reply();
        take("x".repeat(ClientOutput.MOST_KEPT));
        assertThat(reply.told).doesNotContain("must end");
        take("y");
        assertThat(reply.told).contains("must end");
        assertThat(sent()).hasSize(ClientOutput.MOST_KEPT + 2).startsWith("!x").endsWith("y");
        assertThat(output.pending()).isZero();
    }

    @Test
    void whenTheClientIsGoneKeepersAreTold() {
        Reply open = new Reply();
        take("x");
        output.release();
        assertThat(open.told).endsWith("gone");
        assertThat(output.pending()).isZero();
    }

    /** Any order of giving, against the order of keeping. */
    @Test
    void bytesComeInTheOrderOfTheCommands() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 500; round++) {
            StringBuilder expected = new StringBuilder();
            List<Reply> open = new ArrayList<>();
            List<String> texts = new ArrayList<>();
            StringBuilder got = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                String text = (char) ('a' + random.nextInt(26)) + "" + i + ";";
                switch (random.nextInt(3)) {
                    case 0 -> {
                        open.add(new Reply());
                        texts.add(text);
                        expected.append(text);
                    }
                    case 1 -> {
                        take(text);
                        expected.append(text);
                    }
                    default -> {
                        if (!open.isEmpty()) {
                            int which = random.nextInt(open.size());
                            open.remove(which).give(texts.remove(which), true);
                        }
                    }
                }
                if (random.nextInt(4) == 0) {
                    got.append(sent());
                }
            }
            for (int i = 0; i < open.size(); i++) {
                open.get(i).give(texts.get(i), true);
            }
            got.append(sent());
            assertThat(got.toString()).isEqualTo(expected.toString());
        }
    }
}
