package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpiriesTest {

    private static final byte[] KEY = key("user:1");

    private long now = Long.MAX_VALUE - 5_000_000_000L; // the clock may overflow
    private final Expiries expiries = new Expiries(() -> now, 2);

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void oneReaderIsToldToAsk() {
        assertThat(expiries.left(KEY)).isEqualTo(Expiries.UNKNOWN);
        assertThat(expiries.left(KEY)).isEqualTo(Expiries.LATER);
        pass(1_000);
        assertThat(expiries.left(KEY)).as("the answer did not come").isEqualTo(Expiries.UNKNOWN);
    }

    @Test
    void whatWasLearntHoldsForATenthOfTheTime() {
        expiries.learnt(KEY, 10_000);
        pass(900);
        assertThat(expiries.left(KEY)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(9_100));
        pass(100);
        assertThat(expiries.left(KEY)).isEqualTo(Expiries.UNKNOWN);
    }

    @Test
    void aKeyThatIsWrittenIsAskedForAgain() {
        expiries.learnt(KEY, 10_000);
        expiries.forget(KEY);
        assertThat(expiries.left(KEY)).isEqualTo(Expiries.UNKNOWN);
    }

    @Test
    void aKeyThatDoesNotExpireIsNotKnown() {
        expiries.learnt(KEY, 10_000);
        expiries.learnt(KEY, -1);
        assertThat(expiries.left(KEY)).isEqualTo(Expiries.UNKNOWN);
    }

    @Test
    void theKeyAskedForLongestAgoIsForgotten() {
        expiries.learnt(key("a"), 10_000);
        expiries.learnt(key("b"), 10_000);
        expiries.left(key("a"));
        expiries.learnt(key("c"), 10_000);
        assertThat(expiries.left(key("a"))).isPositive();
        assertThat(expiries.left(key("c"))).isPositive();
        assertThat(expiries.left(key("b"))).isEqualTo(Expiries.UNKNOWN);
    }
}
