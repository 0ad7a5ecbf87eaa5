package dev.cachepolicy.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.status.Conditions.Finding;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Instant T1 = T0.plusSeconds(60);

    private static List<Condition> accepted(List<Condition> before, Instant now, Finding finding) {
        return new Conditions(3L, before, now).set("Accepted", finding).toList();
    }

    @Test
    void timeIsThatOfTheLastChangeOfStatus() {
        List<Condition> first = accepted(null, T0, Finding.no("Conflicted", "with a"));
        assertThat(first.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(first.getFirst().getObservedGeneration()).isEqualTo(3);

        List<Condition> other = accepted(first, T1, Finding.no("OutsideKeyspace", "of b"));
        assertThat(other.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");

        List<Condition> changed = accepted(other, T1, Finding.yes("Accepted", ""));
        assertThat(changed.getFirst().getLastTransitionTime()).isEqualTo("2026-01-01T00:01:00Z");
    }

    @Test
    void sameFindingsGiveTheSameListWhateverTheTime() {
        Finding finding = Finding.unknown("NoAgents", "none");
        List<Condition> first = accepted(null, T0, finding);
        assertThat(accepted(first, T1, finding)).isEqualTo(first);
    }

    @Test
    void summaryIsTheFirstPartThatIsNotTrue() {
        Conditions conditions = new Conditions(1L, null, T0)
                .set("Accepted", Finding.yes("Accepted", ""))
                .set("Reachable", Finding.unknown("Connecting", "no answer yet"))
                .set("ConfigApplied", Finding.no("RedisClaimed", "by x"))
                .summarize(
                        "Ready",
                        Finding.yes("Ready", "all is well"),
                        List.of("Accepted", "Reachable", "ConfigApplied"));
        Condition ready = Conditions.find(conditions.toList(), "Ready").orElseThrow();
        assertThat(ready.getStatus()).isEqualTo("Unknown");
        assertThat(ready.getReason()).isEqualTo("Connecting");
        assertThat(ready.getMessage()).isEqualTo("no answer yet");
    }

    @Test
    void summaryOfTrueConditionsIsTrue() {
        Conditions conditions = new Conditions(1L, null, T0)
                .set("Accepted", Finding.yes("Accepted", ""))
                .summarize("Ready", Finding.yes("Ready", "all is well"), List.of("Accepted"));
        assertThat(Conditions.find(conditions.toList(), "Ready").orElseThrow().getStatus())
                .isEqualTo("True");
    }
}
