package dev.cachepolicy.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.resp.CommandSpec.Pace;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In an agent's own times: 1 s for a normal reply, 60 s for a slow one, 5 s for a busy Redis. */
class WatchdogTest {

    private static final ReplySlot NORMAL = ReplySlot.Pass.NORMAL;
    private static final ReplySlot SLOW = ReplySlot.Pass.of(Pace.Slow);
    private static final ReplySlot BLOCKING = ReplySlot.Pass.of(Pace.Blocking);
    private static final int STEP_MILLIS = 10;

    /** What the time that ran out is found later by: the grace, and the steps of this test. */
    private static final int LATE = (int) Watchdog.GRACE.toMillis() + 2 * STEP_MILLIS;

    private final MockTicker time = Ticker.newMockTicker();
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(time).build();
    private final List<Long> hung = new ArrayList<>();
    private final List<Long> asked = new ArrayList<>();
    private boolean hopeless;
    private Watchdog watchdog;

    @BeforeEach
    void attach() {
        watchdog = new Watchdog(ProxyOptions.defaults(new PolicyMetrics()), this::isHopeless, hung::add);
        watchdog.attach(channel.eventLoop());
    }

    @AfterEach
    void close() {
        channel.close();
    }

    private boolean isHopeless() {
        asked.add(time.nanoTime());
        return hopeless;
    }

    /** Time passes, and the event loop runs. */
    private void pass(int millis) {
        for (int passed = 0; passed < millis; passed += STEP_MILLIS) {
            time.advanceMillis(STEP_MILLIS);
            channel.runScheduledPendingTasks();
        }
    }

    private void repliedThenDue(ReplySlot next) {
        watchdog.progress();
        watchdog.next(next);
    }

    private void assertHungAfter(int millis) {
        pass(millis - STEP_MILLIS);
        assertThat(hung).isEmpty();
        pass(LATE + STEP_MILLIS);
        assertThat(hung).hasSize(1);
    }

    @Test
    void aReplyHasTheTimeOfItsPace() {
        watchdog.start(NORMAL);
        assertHungAfter(1000);
        hung.clear();
        watchdog.start(SLOW);
        assertHungAfter(60_000);
    }

    @Test
    void aNormalReplyBehindASlowOneHasItsTimeFromWhenItIsTheNext() {
        watchdog.start(SLOW);
        pass(30_000);
        repliedThenDue(NORMAL);
        assertHungAfter(1000);
    }

    @Test
    void aNormalReplyAfterASlowOneAndAPauseHasItsTimeFromWhenItIsAskedFor() {
        watchdog.start(SLOW);
        pass(1500);
        repliedThenDue(null);
        pass(300);
        watchdog.start(NORMAL);
        assertHungAfter(1000);
    }

    @Test
    void aSlowReplyInTheMomentOfACheckDoesNotLengthenTheNext() {
        watchdog.start(NORMAL);
        for (int i = 0; i < 500; i++) {
            repliedThenDue(SLOW);
            pass(STEP_MILLIS);
        }
        repliedThenDue(NORMAL);
        assertHungAfter(1000);
    }

    @Test
    void bytesOfAReplyGiveItTimeAnew() {
        watchdog.start(NORMAL);
        for (int i = 0; i < 10; i++) {
            pass(900);
            watchdog.progress();
        }
        assertHungAfter(1000);
    }

    @Test
    void whatBlocksOrIsNotReadIsNeverLate() {
        watchdog.start(BLOCKING);
        pass(600_000);
        repliedThenDue(NORMAL);
        watchdog.pause(true);
        pass(600_000);
        watchdog.pause(false);
        assertHungAfter(1000);
    }

    @Test
    void whetherASlowReplyIsHopelessIsAskedOnlyAfterTheThreshold() {
        watchdog.start(SLOW);
        pass(5000 - STEP_MILLIS);
        assertThat(asked).isEmpty();
        pass(5000);
        assertThat(asked).hasSizeBetween(4, 6);
        assertThat(hung).isEmpty();
        hopeless = true;
        pass(1000 + LATE);
        assertThat(hung).hasSize(1);
    }

    @Test
    void manyCommandsShareOneTimer() {
        watchdog.start(NORMAL);
        for (int i = 0; i < 1000; i++) {
            repliedThenDue(i % 3 == 0 ? SLOW : NORMAL);
            repliedThenDue(null);
            watchdog.start(NORMAL);
        }
        watchdog.stop();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }
}
