package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.LeaseModel.Option.DOOM_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.FENCE_MAY_BE_LOST;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.LOADS_MAY_LEAK;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.REST_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.WRITERS_WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A policy becomes fenced while loads are out that no pod counted. An invalidation that is sent once every pod has learnt of
 * it is kept; of earlier ones nothing is asked, nor of what the key has at rest, because of them.
 */
class ChangeModelTest {

    static Stream<LeaseCase> holding() {
        return Stream.of(
                LeaseCase.of("change, a reader and a DEL in one pod", "R0 D0", REST_IGNORED, FENCE_MAY_BE_LOST),
                LeaseCase.of("change, two pods", "R0 D1", REST_IGNORED, FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("change, two readers in one pod", "R0 R0 D1", REST_IGNORED, LOADS_MAY_LEAK),
                LeaseCase.of("change, readers in two pods", "R0 R1 D0", REST_IGNORED, LOADS_MAY_LEAK),
                LeaseCase.of("change, three pods", "R0 R1 D2", REST_IGNORED),
                LeaseCase.of("change, two DELs", "R0 R1 D0 I1", REST_IGNORED),
                // Also at rest, of programs that write once every pod has learnt:
                LeaseCase.of("changed, a DEL", "R0 R0 D1", WRITERS_WAIT, LOADS_MAY_LEAK),
                LeaseCase.of("changed, a DEL and readers in two pods", "R0 R1 D0", WRITERS_WAIT, LOADS_MAY_LEAK),
                LeaseCase.of("changed, a SET", "R0 R0 S1", WRITERS_WAIT, DOOM_IGNORED),
                LeaseCase.of("changed, a SET in a pod that reads", "R0 R1 S0", WRITERS_WAIT, DOOM_IGNORED),
                LeaseCase.of("changed, DEL and SET", "R0 R1 X0", WRITERS_WAIT, DOOM_IGNORED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(LeaseCase one) {
        assertThat(one.explore(new ChangeProtocol(true, false)).holds()).isTrue();
    }

    static Stream<Arguments> violated() {
        ChangeProtocol withoutRule = new ChangeProtocol(false, false);
        return Stream.of(
                Arguments.of(LeaseCase.of("change without the rule", "R0 D1", REST_IGNORED), withoutRule),
                Arguments.of(
                        LeaseCase.of("changed without the rule, at rest", "R0 D1", WRITERS_WAIT, DOOM_IGNORED),
                        withoutRule),
                // The DEL of a pod that has not learnt lifts no fence.
                Arguments.of(
                        LeaseCase.of("change, promised too soon", "R0 D1", REST_IGNORED),
                        new ChangeProtocol(true, true)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(LeaseCase one, Protocol<?, ?> protocol) {
        assertThat(one.explore(protocol).holds()).isFalse();
    }
}
