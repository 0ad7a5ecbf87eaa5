package dev.cachepolicy.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A channel of this kind keeps what is written to it, as one whose socket is full does. */
class OutputBatchTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final OutputBatch batch = new OutputBatch(channel);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void whatWaitsForTheSocketIsNotWrittenOver() {
        send("one");
        send("two");

        assertEquals("one", text(channel.readOutbound()));
        assertEquals("two", text(channel.readOutbound()));
    }

    @Test
    void whatWasSentGivesItsBufferToTheNext() {
        ByteBuf first = sentAtOnce("one");
        ByteBuf second = sentAtOnce("two");

        assertSame(first, second);
    }

    @Test
    void aLongReplyGetsABufferOfItsOwn() {
        ByteBuf first = sentAtOnce("one");
        ByteBuf second = sentAtOnce("x".repeat(10_000));

        assertNotSame(first, second);
        assertEquals(0, second.refCnt(), "kept for nobody");
    }

    private void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        batch.room(bytes.length).writeBytes(bytes);
        batch.flush();
    }

    /** The socket takes it within the flush. */
    private ByteBuf sentAtOnce(String text) {
        EmbeddedChannel taking = new EmbeddedChannel(new Taking());
        OutputBatch to = new OutputBatch(taking);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf buffer = to.room(bytes.length).writeBytes(bytes);
        to.flush();
        taking.finishAndReleaseAll();
        return buffer;
    }

    private static String text(ByteBuf buffer) {
        try {
            return new String(ByteBufUtil.getBytes(buffer), StandardCharsets.UTF_8);
        } finally {
            buffer.release();
        }
    }

    private static final class Taking extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ((ByteBuf) message).release();
        }
    }
}
