package dev.cachepolicy.operator.keeper;

import static dev.cachepolicy.operator.keeper.Keepers.MB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.keeper.SettingsPlan.Change;
import dev.cachepolicy.operator.keeper.SettingsPlan.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsPlanTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Patience PATIENCE = new Patience(3, Duration.ofMinutes(10));
    private static final Wanted WANTED = new Wanted(512 * MB, "allkeys-lfu");
    private static final ActualSettings AS_WANTED = new ActualSettings(512 * MB, "allkeys-lfu");
    private static final ActualSettings DRIFTED = new ActualSettings(MB, "allkeys-lfu");
    private static final SettingsOutcome APPLIED = new SettingsOutcome.Applied();

    /** One situation without a past. Changes are written {@code parameter=value}. */
    record Case(
            String says,
            Wanted wanted,
            ActualSettings actual,
            long used,
            Authority authority,
            List<String> changes,
            SettingsOutcome outcome) {

        @Override
        public String toString() {
            return says;
        }
    }

    private static Wanted wanted(@Nullable Long megabytes, @Nullable String policy) {
        return new Wanted(megabytes == null ? null : megabytes * MB, policy);
    }

    private static ActualSettings actual(long megabytes, String policy) {
        return new ActualSettings(megabytes * MB, policy);
    }

    private static Case owned(
            String says,
            Wanted wanted,
            ActualSettings actual,
            long usedMegabytes,
            List<String> changes,
            SettingsOutcome outcome) {
        return new Case(says, wanted, actual, usedMegabytes * MB, new Authority.Owner(), changes, outcome);
    }

    private static SettingsOutcome inUse(long wanted, long kept, long used) {
        return new SettingsOutcome.MemoryInUse(wanted * MB, kept * MB, used * MB);
    }

    static Stream<Case> situations() {
        return Stream.of(
                owned("as wanted: nothing to do", WANTED, AS_WANTED, 1, List.of(), APPLIED),
                owned(
                        "both differ: both are set",
                        wanted(512L, "allkeys-lfu"),
                        actual(256, "noeviction"),
                        1,
                        List.of("maxmemory=536870912", "maxmemory-policy=allkeys-lfu"),
                        APPLIED),
                owned(
                        "only the wanted one of two is set",
                        wanted(null, "allkeys-lru"),
                        actual(1, "noeviction"),
                        9,
                        List.of("maxmemory-policy=allkeys-lru"),
                        APPLIED),
                owned(
                        "a limit where there was none, enough of it",
                        wanted(64L, null),
                        actual(0, "noeviction"),
                        63,
                        List.of("maxmemory=67108864"),
                        APPLIED),
                owned(
                        "a limit where there was none, under what is in use",
                        wanted(64L, null),
                        actual(0, "noeviction"),
                        65,
                        List.of(),
                        inUse(64, 0, 65)),
                owned(
                        "lowered under what is in use",
                        wanted(64L, null),
                        actual(128, "noeviction"),
                        65,
                        List.of(),
                        inUse(64, 128, 65)),
                owned(
                        "lowered to exactly what is in use",
                        wanted(64L, null),
                        actual(128, "noeviction"),
                        64,
                        List.of("maxmemory=67108864"),
                        APPLIED),
                owned(
                        "lowered under what is in use where Redis may evict",
                        wanted(64L, null),
                        actual(128, "allkeys-lru"),
                        65,
                        List.of("maxmemory=67108864"),
                        APPLIED),
                owned(
                        "the policy that makes room comes before the lower limit",
                        wanted(64L, "allkeys-lru"),
                        actual(128, "noeviction"),
                        65,
                        List.of("maxmemory-policy=allkeys-lru", "maxmemory=67108864"),
                        APPLIED),
                owned(
                        "where eviction is to end, the limit in use stays and the policy still comes",
                        wanted(64L, "noeviction"),
                        actual(128, "allkeys-lru"),
                        65,
                        List.of("maxmemory-policy=noeviction"),
                        inUse(64, 128, 65)),
                owned(
                        "the higher limit comes before eviction ends",
                        wanted(256L, "noeviction"),
                        actual(128, "allkeys-lru"),
                        127,
                        List.of("maxmemory=268435456", "maxmemory-policy=noeviction"),
                        APPLIED),
                owned(
                        "raised, though still under what is in use",
                        wanted(64L, null),
                        actual(32, "noeviction"),
                        65,
                        List.of("maxmemory=67108864"),
                        APPLIED),
                owned(
                        "no limit at all is never lower",
                        wanted(0L, "noeviction"),
                        actual(32, "noeviction"),
                        65,
                        List.of("maxmemory=0"),
                        APPLIED),
                owned(
                        "nothing wanted",
                        wanted(null, null),
                        actual(1, "noeviction"),
                        9,
                        List.of(),
                        new SettingsOutcome.NothingWanted()),
                new Case(
                        "an observer reports",
                        WANTED,
                        actual(0, "noeviction"),
                        1,
                        new Authority.Observer(),
                        List.of(),
                        new SettingsOutcome.Observed(List.of(
                                "maxmemory is 0, wanted 536870912",
                                "maxmemory-policy is noeviction, wanted allkeys-lfu"))),
                new Case(
                        "an observer with nothing to report",
                        WANTED,
                        AS_WANTED,
                        1,
                        new Authority.Observer(),
                        List.of(),
                        new SettingsOutcome.Observed(List.of())),
                new Case(
                        "another's Redis is observed",
                        WANTED,
                        actual(512, "noeviction"),
                        1,
                        new Authority.HeldBy("CacheBackend a/b"),
                        List.of(),
                        new SettingsOutcome.Claimed(
                                "CacheBackend a/b", List.of("maxmemory-policy is noeviction, wanted allkeys-lfu"))));
    }

    @ParameterizedTest
    @MethodSource("situations")
    void decides(Case situation) {
        SettingsPlan plan = SettingsPlan.decide(
                situation.wanted(),
                situation.actual(),
                situation.used(),
                situation.authority(),
                History.NONE.at(situation.wanted(), "run-1"),
                PATIENCE,
                START);

        assertThat(plan.changes().stream().map(change -> change.parameter() + "=" + change.value()))
                .containsExactlyElementsOf(situation.changes());
        assertThat(plan.changes()).noneMatch(Change::drift);
        assertThat(plan.outcome()).isEqualTo(situation.outcome());
    }

    /** A Redis and its history, as minutes pass. */
    private static final class Story {

        private Wanted wanted = WANTED;
        private String runId = "run-1";
        private History history = History.NONE;
        private Instant now = START;

        SettingsPlan finds(ActualSettings actual) {
            SettingsPlan plan = SettingsPlan.decide(
                    wanted, actual, 0, new Authority.Owner(), history.at(wanted, runId), PATIENCE, now);
            history = plan.historyAfter(plan.changes(), history.at(wanted, runId));
            return plan;
        }

        Story after(Duration time) {
            now = now.plus(time);
            return this;
        }

        /** Applied once, then drifted and corrected three times within a minute. */
        static Story contested() {
            Story story = new Story();
            assertThat(story.finds(DRIFTED).changes()).hasSize(1);
            for (int correction = 0; correction < 3; correction++) {
                assertThat(story.after(Duration.ofSeconds(20)).finds(DRIFTED).changes())
                        .singleElement()
                        .matches(Change::drift);
            }
            return story;
        }
    }

    @Nested
    class Drift {

        @Test
        void isAValueThatHadBeenProved() {
            Story story = new Story();
            story.finds(AS_WANTED);
            assertThat(story.finds(DRIFTED).changes())
                    .containsExactly(new Change("maxmemory", String.valueOf(MB), String.valueOf(512 * MB), true));
        }

        @Test
        void isNotWhatARestartedRedisHas() {
            Story story = new Story();
            story.finds(AS_WANTED);
            story.runId = "run-2";
            assertThat(story.finds(DRIFTED).changes()).singleElement().matches(change -> !change.drift());
        }

        @Test
        void isNotWhatAChangedSpecFinds() {
            Story story = new Story();
            story.finds(AS_WANTED);
            story.wanted = new Wanted(256 * MB, "allkeys-lfu");
            assertThat(story.finds(AS_WANTED).changes()).singleElement().matches(change -> !change.drift());
        }

        @Test
        void isNotWhatCouldNotBeSet() {
            Story story = new Story();
            SettingsPlan refused = story.finds(DRIFTED);
            story.history = refused.historyAfter(List.of(), History.NONE.at(WANTED, "run-1"));
            assertThat(story.finds(DRIFTED).changes()).singleElement().matches(change -> !change.drift());
        }
    }

    @Nested
    class Contention {

        private static final SettingsOutcome HELD = new SettingsOutcome.Contended("maxmemory", null);

        @Test
        void begins_atTheFourthDriftWithinTheTime() {
            SettingsPlan plan = Story.contested().after(Duration.ofSeconds(20)).finds(DRIFTED);
            assertThat(plan.changes()).isEmpty();
            assertThat(plan.outcome()).isEqualTo(HELD);
            assertThat(plan.contended()).containsExactly("maxmemory");
        }

        @Test
        void doesNotBeginWhenTheCorrectionsAreLongAgo() {
            SettingsPlan plan = Story.contested().after(Duration.ofMinutes(10)).finds(DRIFTED);
            assertThat(plan.changes()).hasSize(1);
            assertThat(plan.outcome()).isEqualTo(APPLIED);
        }

        @Test
        void isToldOnceAndLastsHoweverLongTheOtherHoldsTheValue() {
            Story story = Story.contested();
            story.finds(DRIFTED);
            SettingsPlan plan = story.after(Duration.ofHours(5)).finds(DRIFTED);
            assertThat(plan.changes()).isEmpty();
            assertThat(plan.contended()).isEmpty();
            assertThat(plan.outcome()).isEqualTo(HELD);
        }

        @Test
        void endsAfterItsTimeAtTheWantedValue() {
            Story story = Story.contested();
            story.finds(DRIFTED);
            Instant calm = story.after(Duration.ofMinutes(1)).now;
            assertThat(story.finds(AS_WANTED).outcome())
                    .isEqualTo(new SettingsOutcome.Contended("maxmemory", calm.plus(PATIENCE.contention())));
            assertThat(story.after(Duration.ofMinutes(9)).finds(AS_WANTED).outcome())
                    .isInstanceOf(SettingsOutcome.Contended.class);
            assertThat(story.after(Duration.ofMinutes(1)).finds(AS_WANTED).outcome())
                    .isEqualTo(APPLIED);
            assertThat(story.finds(DRIFTED).changes()).singleElement().matches(Change::drift);
        }

        @Test
        void beginsItsTimeAnewWhenTheOtherComesBack() {
            Story story = Story.contested();
            story.finds(DRIFTED);
            story.finds(AS_WANTED);
            assertThat(story.after(Duration.ofMinutes(9)).finds(DRIFTED).outcome())
                    .isEqualTo(HELD);
            assertThat(story.after(Duration.ofMinutes(1)).finds(AS_WANTED).outcome())
                    .isInstanceOf(SettingsOutcome.Contended.class);
        }

        @Test
        void endsWithAChangedSpec() {
            Story story = Story.contested();
            story.finds(DRIFTED);
            story.wanted = new Wanted(256 * MB, "allkeys-lfu");
            assertThat(story.finds(DRIFTED).changes()).hasSize(1);
        }

        @Test
        void isGivenOneMoreChanceByARestart() {
            Story story = Story.contested();
            story.finds(DRIFTED);
            story.runId = "run-2";
            assertThat(story.finds(DRIFTED).changes()).hasSize(1);
            assertThat(story.finds(DRIFTED).contended()).containsExactly("maxmemory");
        }

        @Test
        void leavesTheOtherParameterInCare() {
            Story story = Story.contested();
            SettingsPlan plan = story.finds(new ActualSettings(MB, "noeviction"));
            assertThat(plan.changes()).extracting(Change::parameter).containsExactly("maxmemory-policy");
            assertThat(plan.outcome()).isEqualTo(HELD);
        }
    }
}
