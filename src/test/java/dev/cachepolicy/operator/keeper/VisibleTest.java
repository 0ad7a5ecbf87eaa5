package dev.cachepolicy.operator.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.redis.ServerInfo;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisibleTest {

    private static final Heartbeat.Agent AGENT = new Heartbeat.Agent("shop", "web-1", "uid");

    private static RedisState.Reached reached(long used, SettingsOutcome outcome, Heartbeat heartbeat, boolean alive) {
        return new RedisState.Reached(
                new ServerInfo("Redis", "7.0", "run-1", "master", used, 9, "noeviction", used, used, false),
                new ActualSettings(9, "noeviction"),
                new ActualSettings(0, "noeviction"),
                outcome,
                null,
                Map.of(AGENT, new AgentObservation(heartbeat, alive)));
    }

    private static Heartbeat beat(long sequence, long revision, long hits) {
        return new Heartbeat(sequence, revision, "1.0", null, Map.of("shop/p", new Heartbeat.Counters(hits, 0)));
    }

    private static final SettingsOutcome APPLIED = new SettingsOutcome.Applied();

    @Test
    void whatMovesByItselfIsNoChange() {
        assertThat(Visible.differs(
                        reached(1, APPLIED, beat(1, 7, 10), true), reached(2, APPLIED, beat(2, 7, 20), true)))
                .isFalse();
        assertThat(Visible.differs(
                        reached(1, new SettingsOutcome.MemoryInUse(5, 9, 6), beat(1, 7, 0), true),
                        reached(1, new SettingsOutcome.MemoryInUse(5, 9, 7), beat(1, 7, 0), true)))
                .isFalse();
    }

    @Test
    void aRevisionALifeAndAnOutcomeAreChanges() {
        RedisState before = reached(1, APPLIED, beat(1, 7, 0), true);
        assertThat(Visible.differs(before, reached(1, APPLIED, beat(2, 8, 0), true)))
                .isTrue();
        assertThat(Visible.differs(before, reached(1, APPLIED, beat(1, 7, 0), false)))
                .isTrue();
        assertThat(Visible.differs(before, reached(1, new SettingsOutcome.NothingWanted(), beat(1, 7, 0), true)))
                .isTrue();
    }

    @Test
    void anAbsenceIsNewsWhenItBeginsAndWhenItsReasonChangesOnly() {
        RedisState.Reached last = reached(1, APPLIED, beat(1, 7, 0), true);
        RedisState away = new RedisState.Unreachable(RedisState.Reason.Timeout, "late", Instant.EPOCH, last);
        assertThat(Visible.differs(last, away)).isTrue();
        assertThat(Visible.differs(
                        away, new RedisState.Unreachable(RedisState.Reason.Timeout, "late", Instant.EPOCH, null)))
                .isFalse();
        assertThat(Visible.differs(
                        away, new RedisState.Unreachable(RedisState.Reason.WrongPassword, "no", Instant.EPOCH, last)))
                .isTrue();
    }
}
