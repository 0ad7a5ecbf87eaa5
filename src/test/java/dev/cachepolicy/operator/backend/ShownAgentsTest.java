package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShownAgentsTest {

    private static final AgentTally ALL = new AgentTally(20, 20, 0, 0);
    private static final AgentTally NONE = new AgentTally(20, 0, 0, 0);

    private final ShownAgents agents = new ShownAgents();

    private AgentTally shownAt(int millis, AgentTally tally) {
        return agents.show(tally, nanos(millis));
    }

    private static long nanos(int millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void podsThatFollowSoonAreNotSeenToLag() {
        assertThat(shownAt(0, ALL)).isEqualTo(ALL);
        assertThat(shownAt(100, NONE)).isEqualTo(ALL);
        assertThat(agents.held(nanos(600))).contains(Duration.ofMillis(1500));
        assertThat(shownAt(1000, ALL)).isEqualTo(ALL);
        assertThat(agents.held(nanos(1000))).isEmpty();
        assertThat(shownAt(2500, NONE)).isEqualTo(ALL);
    }

    @Test
    void podsThatLagAreShownInTheEnd() {
        shownAt(0, ALL);
        shownAt(100, NONE);
        assertThat(shownAt(2099, new AgentTally(20, 5, 0, 0))).isEqualTo(ALL);
        assertThat(shownAt(2100, new AgentTally(20, 6, 0, 0))).isEqualTo(new AgentTally(20, 6, 0, 0));
        assertThat(agents.held(nanos(2100))).isEmpty();
    }

    @Test
    void whatStandsStaysUntilAgentsWereHeard() {
        assertThat(shownAt(0, null)).isNull();
        assertThat(shownAt(10, ALL)).isEqualTo(ALL);
        assertThat(shownAt(20, null)).isEqualTo(ALL);
    }
}
