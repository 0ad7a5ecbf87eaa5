package dev.cachepolicy.operator.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private static final Heartbeat.Agent AGENT = new Heartbeat.Agent("shop", "web-1", "uid");

    private final Heartbeats heartbeats = new Heartbeats(Duration.ofSeconds(15), Duration.ofSeconds(60));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static Map<String, String> beat(long sequence) {
        return Map.of(AGENT.field(), new Heartbeat(sequence, 7, "1.0", null, Map.of()).write());
    }

    private AgentObservation observed(Duration later, Map<String, String> entries) {
        now = now.plus(later);
        return heartbeats.observe(entries, now).get(AGENT);
    }

    @Test
    void anAgentLivesFromItsFirstSight() {
        assertThat(observed(Duration.ZERO, beat(41)).alive()).isTrue();
    }

    @Test
    void anAgentWhoseSequenceStandsStillIsDeadAfterTheLivenessTime() {
        observed(Duration.ZERO, beat(1));
        assertThat(observed(Duration.ofSeconds(15), beat(1)).alive()).isTrue();
        assertThat(observed(Duration.ofMillis(1), beat(1)).alive()).isFalse();
        assertThat(observed(Duration.ofMillis(1), beat(2)).alive()).isTrue();
    }

    @Test
    void aRestartedAgentWhoseSequenceBeginsAnewLives() {
        observed(Duration.ZERO, beat(100));
        assertThat(observed(Duration.ofSeconds(16), beat(1)).alive()).isTrue();
    }

    @Test
    void timeWithoutRedisCountsAgainstNobody() {
        observed(Duration.ZERO, beat(1));
        observed(Duration.ofSeconds(5), beat(1));
        now = now.plus(Duration.ofMinutes(10));
        heartbeats.resume(now);
        assertThat(observed(Duration.ofSeconds(10), beat(1)).alive()).isTrue();
        assertThat(observed(Duration.ofSeconds(1), beat(1)).alive()).isFalse();
    }

    @Test
    void anAgentMissingFromARestartedRedisStaysForTheLivenessTime() {
        observed(Duration.ZERO, beat(1));
        assertThat(observed(Duration.ofSeconds(10), Map.of())).isNotNull();
        assertThat(observed(Duration.ofSeconds(6), Map.of())).isNull();
    }

    @Test
    void onlyLongSilentEntriesAreTrimmedStrangersToo() {
        Map<String, String> entries = Map.of(AGENT.field(), beat(1).get(AGENT.field()), "stranger", "what");
        heartbeats.observe(entries, now);
        assertThat(heartbeats.observe(entries, now)).containsOnlyKeys(AGENT);
        now = now.plusSeconds(50);
        heartbeats.observe(beat(2), now);
        assertThat(heartbeats.silent(now)).isEmpty();
        now = now.plusSeconds(11);
        heartbeats.observe(Map.of(AGENT.field(), beat(2).get(AGENT.field()), "stranger", "what"), now);
        assertThat(heartbeats.silent(now)).isEqualTo(List.of());
        now = now.plusSeconds(61);
        heartbeats.observe(Map.of(AGENT.field(), beat(3).get(AGENT.field()), "stranger", "what"), now);
        assertThat(heartbeats.silent(now)).containsExactly("stranger");
    }
}
