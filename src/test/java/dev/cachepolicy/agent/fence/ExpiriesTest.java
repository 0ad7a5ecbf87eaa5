package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.Advice.BeingLoaded;
import static dev.cachepolicy.agent.fence.Advice.Due;
import static dev.cachepolicy.agent.fence.Advice.Fresh;
import static dev.cachepolicy.agent.fence.Advice.StillBeingLoaded;
import static dev.cachepolicy.agent.fence.Advice.Unsure;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpiriesTest {

    private static final byte[] KEY = key("user:1");
    private static final Duration LEASE = Duration.ofSeconds(5);

    private long now = Long.MAX_VALUE - 5_000_000_000L; // the clock may overflow
    private final Expiries expiries = new Expiries(() -> now, 2);

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** @param early milliseconds */
    private Advice advise(long early) {
        return expiries.advise(KEY, TimeUnit.MILLISECONDS.toNanos(early));
    }

    @Test
    void oneReaderIsToldToAsk() {
        assertThat(advise(0)).isEqualTo(Unsure);
        assertThat(advise(0)).isEqualTo(Fresh);
        pass(1_000);
        assertThat(advise(0)).as("the answer did not come").isEqualTo(Unsure);
    }

    @Test
    void whatWasLearntHoldsForATenthOfTheTime() {
        expiries.learnt(KEY, 10_000);
        pass(999);
        assertThat(advise(9_000)).isEqualTo(Fresh);
        pass(1);
        assertThat(advise(0)).isEqualTo(Unsure);
    }

    @Test
    void aKeyThatIsWrittenIsAskedForAgain() {
        expiries.learnt(KEY, 10_000);
        expiries.forget(KEY);
        assertThat(advise(10_000)).isEqualTo(Unsure);
    }

    @Test
    void aKeyThatDoesNotExpireIsNotKnown() {
        expiries.learnt(KEY, 10_000);
        expiries.learnt(KEY, -1);
        assertThat(advise(10_000)).isEqualTo(Unsure);
    }

    @Test
    void oneReaderIsToldThatAValueIsDue() {
        expiries.learnt(KEY, 10_000);
        assertThat(advise(10_000)).isEqualTo(Due);
        assertThat(advise(10_000)).as("is being asked").isEqualTo(BeingLoaded);
    }

    /** Who reads a key once in a while must find it due, too. */
    @Test
    void anOldHintIsEnoughToAskWhetherAValueIsDue() {
        expiries.learnt(KEY, 10_000);
        pass(9_000);
        assertThat(advise(1_000)).isEqualTo(Due);
    }

    @Test
    void whoReadsWhileAnotherLoadsAsksFromTimeToTimeWhetherThatIsOver() {
        expiries.learnt(KEY, 10_000);
        pass(5_000);
        assertThat(advise(5_000)).isEqualTo(Due);
        expiries.loading(KEY, LEASE);
        assertThat(advise(5_000)).isEqualTo(StillBeingLoaded);
        assertThat(advise(5_000)).as("another asks").isEqualTo(BeingLoaded);
        expiries.learnt(KEY, 10_000);
        assertThat(advise(5_000)).as("loaded").isEqualTo(Fresh);
    }

    @Test
    void aLoadIsBelievedInForATenthOfTheTimeThatIsLeft() {
        expiries.learnt(KEY, 5_000);
        assertThat(advise(5_000)).isEqualTo(Due);
        expiries.loading(KEY, LEASE);
        pass(499);
        assertThat(advise(5_000)).isIn(BeingLoaded, StillBeingLoaded);
        pass(1);
        assertThat(advise(5_000)).isEqualTo(Due);
    }

    @Test
    void aLoadIsBelievedInAsLongAsItsLeaseHolds() {
        expiries.learnt(KEY, 100_000);
        assertThat(advise(100_000)).isEqualTo(Due);
        expiries.loading(KEY, Duration.ofMillis(30));
        pass(30);
        assertThat(advise(100_000)).isEqualTo(Due);
    }

    @Test
    void theKeyAskedForLongestAgoIsForgotten() {
        expiries.learnt(key("a"), 10_000);
        expiries.learnt(key("b"), 10_000);
        expiries.advise(key("a"), 0);
        expiries.learnt(key("c"), 10_000);
        assertThat(expiries.advise(key("a"), 0)).isEqualTo(Fresh);
        assertThat(expiries.advise(key("c"), 0)).isEqualTo(Fresh);
        assertThat(expiries.advise(key("b"), 0)).isEqualTo(Unsure);
    }
}
