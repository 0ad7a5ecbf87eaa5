package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.LeaseModel.Option.DOOM_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.FENCE_MAY_BE_LOST;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.KEY_STAYS;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.LOADS_MAY_LEAK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.LeaseModel.Option;
import dev.cachepolicy.agent.fence.TwoKeysModel.How;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** MSET of two keys, which ends loads of both or updates both, beside loads and invalidations of each. */
class TwoKeysModelTest {

    /**
     * @param first programs of the first key, as in {@link LeaseCase}
     * @param second programs of the second
     */
    record Case(LeaseCase first, LeaseCase second) {

        static Case of(String name, String first, String second, Option... options) {
            return new Case(LeaseCase.of(name, first, options), LeaseCase.of(name, second, options));
        }

        Explorer.Result explore(How how) {
            OneKeyProtocol protocol = new OneKeyProtocol(false);
            return Explorer.explore(
                    this + " [" + first.programs() + " | " + second.programs() + "]",
                    new TwoKeysModel<>(
                            new LeaseModel<>(protocol, first.list(), first.options()),
                            new LeaseModel<>(protocol, second.list(), second.options()),
                            how));
        }

        @Override
        public String toString() {
            return first.name();
        }
    }

    static Stream<Case> holding() {
        return Stream.of(
                Case.of("MSET of loads and two DELs", "M0 D1", "M0 D1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                Case.of("MSET of loads, a reader and a DEL", "M0 R0 D1", "M0", LOADS_MAY_LEAK),
                Case.of("MSET of loads, two readers and a DEL", "M0 R1 D1", "M0 R0", KEY_STAYS),
                Case.of("MSET of loads twice and two DELs", "M0 M1 D0", "M0 M1 D1", KEY_STAYS),
                Case.of("MSET as update beside loads", "U0 R0 R1", "U0 R1", DOOM_IGNORED, FENCE_MAY_BE_LOST),
                Case.of("MSET as update and triggers", "U0 R1 I1", "U0 R0 I1", DOOM_IGNORED),
                Case.of("MSET as update and as the end of loads", "U0 M1", "U0 M1", DOOM_IGNORED, FENCE_MAY_BE_LOST));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(Case one) {
        assertThat(one.explore(How.ONE_SCRIPT).holds()).isTrue();
    }

    static Stream<Arguments> violated() {
        return Stream.of(
                Arguments.of(Case.of("one fence looked at for both keys", "M0", "M0 D1"), How.FIRST_FENCE_FOR_BOTH),
                Arguments.of(Case.of("MSET that looks before", "M0", "M0 D1"), How.LOOKS_BEFORE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(Case one, How how) {
        assertThat(one.explore(how).holds()).isFalse();
    }
}
