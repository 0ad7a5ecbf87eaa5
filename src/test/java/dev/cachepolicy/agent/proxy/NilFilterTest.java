package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.proxy.NilFilter.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NilFilterTest {

    private final NilFilter filter = new NilFilter();

    @ParameterizedTest
    @CsvSource({"$-1, NIL", "_, NIL", "$5, VALUE", "$?, VALUE", "-ERR, VALUE", "+OK, VALUE", "*0, VALUE"})
    void atOnce(String reply, Verdict verdict) {
        ByteBuf bytes = Unpooled.copiedBuffer("??" + reply, StandardCharsets.US_ASCII);
        assertThat(filter.begin(bytes, 2, bytes.writerIndex())).isEqualTo(verdict);
        assertThat(filter.isUndecided()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"-, NIL", "5, VALUE"})
    void inTwoPieces(char second, Verdict verdict) {
        ByteBuf bytes = Unpooled.copiedBuffer("$", StandardCharsets.US_ASCII);
        assertThat(filter.begin(bytes, 0, 1)).isEqualTo(Verdict.UNDECIDED);
        assertThat(filter.isUndecided()).isTrue();
        assertThat(filter.decide((byte) second)).isEqualTo(verdict);
        assertThat(filter.isUndecided()).isFalse();
    }
}
