package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

    private final RecvByteBufAllocator.Handle handle = new ReadBuffers().newHandle();

    private ByteBuf read(String bytes) {
        ByteBuf buffer = handle.allocate(PooledByteBufAllocator.DEFAULT);
        buffer.writeCharSequence(bytes, StandardCharsets.US_ASCII);
        return buffer;
    }

    @Test
    void theBufferThatWasLetGoOfIsReadIntoAgain() {
        ByteBuf first = read("first");
        first.release();

        ByteBuf second = read("second");

        assertThat(second).isSameAs(first);
        assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("second");
        second.release();
    }

    @Test
    void aBufferThatSomebodyKeepsIsNotReadIntoAgain() {
        ByteBuf first = read("first");
        ByteBuf kept = first.retainedSlice();
        first.release();

        ByteBuf second = read("second");

        assertThat(second).isNotSameAs(first);
        assertThat(kept.toString(StandardCharsets.US_ASCII)).isEqualTo("first");
        kept.release();
        assertThat(first.refCnt()).isZero();
        second.release();
    }

    @Test
    void whoLooksAtBytesThatItDidNotKeepSeesNoneOfAnother() {
        ByteBuf first = read("first");
        first.release();

        ByteBuf second = handle.allocate(PooledByteBufAllocator.DEFAULT);

        assertThat(first.toString(0, 5, StandardCharsets.US_ASCII)).isEqualTo("!!!!!");
        second.release();
    }
}
