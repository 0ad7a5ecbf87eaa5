package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Counters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HitRatiosTest {

    private static final String POLICY = "shop/users";
    private static final Agent A = new Agent("shop", "a", "1");
    private static final Agent B = new Agent("shop", "b", "2");

    private final HitRatios ratios = new HitRatios();
    private final Map<Agent, Heartbeat> heard = new HashMap<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private void sample(Agent agent, long hits, long misses) {
        heard.put(agent, new Heartbeat(1, 1, "test", null, Map.of(POLICY, new Counters(hits, misses))));
        ratios.sample(now, heard);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Optional<String> shown() {
        return ratios.ratio(POLICY, now, Optional.empty()).map(HitRatio::percent);
    }

    @Test
    void nothingIsShownWithoutTraffic() {
        sample(A, 100, 0);
        pass(Duration.ofMinutes(10));
        sample(A, 100, 0);
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatAnAgentCountedBeforeItWasFirstSeenDoesNotCount() {
        sample(A, 1_000_000, 0);
        sample(A, 1_000_001, 1);
        pass(HitRatios.FIRST);
        assertThat(shown()).contains("50.0%");
    }

    @Test
    void firstRatioComesHalfAMinuteAfterTheFirstTraffic() {
        sample(A, 0, 0);
        sample(A, 90, 10);
        pass(HitRatios.FIRST.minusSeconds(1));
        assertThat(shown()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(ratios.ratio(POLICY, now, Optional.empty())).contains(new HitRatio("90.0%", "30s"));
    }

    @Test
    void agentThatStartedAgainCountsFromZero() {
        sample(A, 500, 500);
        sample(A, 3, 1);
        pass(HitRatios.FIRST);
        assertThat(shown()).contains("75.0%");
    }

    @Test
    void agentThatAppearsLaterCountsWhole() {
        sample(A, 0, 0);
        sample(B, 9, 1);
        pass(HitRatios.FIRST);
        assertThat(shown()).contains("90.0%");
    }

    @Test
    void shownRatioChangesAtMostEveryFiveMinutesAndByAPointOrMore() {
        sample(A, 0, 0);
        sample(A, 900, 100);
        pass(HitRatios.FIRST);
        assertThat(shown()).contains("90.0%");
        sample(A, 900, 1100);
        pass(Duration.ofMinutes(4));
        assertThat(shown()).contains("90.0%");
        pass(Duration.ofSeconds(61));
        sample(A, 1400, 1600);
        assertThat(shown()).contains("50.0%");

        pass(Duration.ofMinutes(6));
        sample(A, 1400 + 505, 1600 + 495);
        assertThat(shown()).as("half a point is no news").contains("50.0%");
        sample(A, 1400 + 605, 1600 + 495);
        assertThat(shown()).contains("55.0%");
    }

    @Test
    void trafficOlderThanTheWindowDoesNotCount() {
        sample(A, 0, 0);
        sample(A, 0, 1000);
        pass(Duration.ofMinutes(6));
        sample(A, 10, 1000);
        assertThat(ratios.ratio(POLICY, now, Optional.empty())).contains(new HitRatio("100.0%", "5m"));
    }

    @Test
    void standingRatioStaysUntilTheFirstOfThisProcess() {
        Optional<HitRatio> standing = Optional.of(new HitRatio("93.4%", "5m"));
        assertThat(ratios.ratio(POLICY, now, standing)).isEqualTo(standing);
        sample(A, 0, 0);
        sample(A, 93, 7);
        assertThat(ratios.ratio(POLICY, now, standing)).isEqualTo(standing);
        pass(HitRatios.FIRST);
        assertThat(ratios.ratio(POLICY, now, standing)).as("93.0% is no news").isEqualTo(standing);
    }
}
