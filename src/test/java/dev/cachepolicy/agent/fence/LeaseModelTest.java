package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.LeaseModel.Option.DOOM_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.FENCE_MAY_BE_LOST;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.KEY_STAYS;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.LOADS_MAY_LEAK;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.RESTART;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.REST_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.WRONG_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise, in every interleaving of a few programs: with the agent's decisions, and, to show that it would be found out,
 * with others.
 */
class LeaseModelTest {

    static Stream<LeaseCase> holding() {
        List<LeaseCase> cases = List.of(
                LeaseCase.of("two readers in one pod and a DEL", "R0 R0 D1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("three readers and a DEL", "R0 R0 R1 D1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("two DELs", "R0 R0 R1 D0 D1", LOADS_MAY_LEAK),
                LeaseCase.of("an agent restarts", "R0 R0 R1 D1", RESTART, LOADS_MAY_LEAK),
                LeaseCase.of("four readers", "R0 R0 R1 R1 D1", LOADS_MAY_LEAK, KEY_STAYS),
                LeaseCase.of("readers in three pods", "R0 R1 R2 D0", RESTART, LOADS_MAY_LEAK),
                LeaseCase.of("a reader beside a SET", "R0 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("readers beside a SET", "R0 R0 R1 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST),
                LeaseCase.of("a restart, and a SET", "R0 S1", DOOM_IGNORED, RESTART),
                LeaseCase.of("a restart, readers and a SET", "R0 R0 R1 S0", DOOM_IGNORED, RESTART),
                LeaseCase.of("a restart, readers elsewhere and a SET", "R0 R0 S1", DOOM_IGNORED, RESTART),
                LeaseCase.of("readers in three pods and a SET", "R0 R1 R2 S0", DOOM_IGNORED),
                LeaseCase.of(
                        "a SET in a pod that reads nothing",
                        "R0 R1 S2",
                        DOOM_IGNORED,
                        FENCE_MAY_BE_LOST,
                        LOADS_MAY_LEAK),
                LeaseCase.of("a SET and a trigger", "R0 R1 I1 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST),
                LeaseCase.of("a SET, a trigger and more readers", "R0 R0 R1 I1 S0", DOOM_IGNORED),
                LeaseCase.of("two readers and a SET in one pod, a trigger", "R0 R0 S0 I1", DOOM_IGNORED),
                LeaseCase.of("DEL and SET", "R0 R0 R1 X0", DOOM_IGNORED),
                LeaseCase.of("a DEL beside DEL and SET", "R0 R1 D0 X1", REST_IGNORED, LOADS_MAY_LEAK),
                LeaseCase.of("three readers in the pod of a SET", "R0 R0 R0 R1 S0", DOOM_IGNORED, KEY_STAYS));
        return cases.stream().flatMap(one -> Stream.of(one, one.asScripts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(LeaseCase one) {
        assertThat(one.explore(new OneKeyProtocol(false)).toString()).startsWith("holds in ");
    }

    static Stream<Arguments> violated() {
        OneKeyProtocol agents = new OneKeyProtocol(false);
        TwoKeyProtocol twoKeys = new TwoKeyProtocol();
        return Stream.of(
                Arguments.of(LeaseCase.of("the other order, SET", "R0 S1", WRONG_ORDER, DOOM_IGNORED), agents),
                Arguments.of(LeaseCase.of("the other order, DEL", "R0 D1", WRONG_ORDER), agents),
                Arguments.of(LeaseCase.of("a restart is forgotten", "R0 D1", RESTART), new OneKeyProtocol(true)),
                Arguments.of(
                        LeaseCase.of("two keys, a nil in a pod that has one out", "R0 R0 D1", REST_IGNORED), twoKeys),
                Arguments.of(LeaseCase.of("two keys, one evicted", "R0 D1", FENCE_MAY_BE_LOST, REST_IGNORED), twoKeys),
                Arguments.of(LeaseCase.of("two keys, a restart", "R0 D1", RESTART, REST_IGNORED), twoKeys),
                Arguments.of(
                        LeaseCase.of("two keys, an update taken for a load's end", "R0 S0", DOOM_IGNORED), twoKeys),
                // What the promise excludes: an update by SET in a pod that loads the key, until the load's SET
                // arrives, which it never does here; and beside another update.
                Arguments.of(
                        LeaseCase.of(
                                "a load that leaks, and a SET in its pod", "R0 R1 I1 S0", DOOM_IGNORED, LOADS_MAY_LEAK),
                        agents),
                Arguments.of(LeaseCase.of("a SET beside another update", "S0 D1", DOOM_IGNORED), agents));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(LeaseCase one, Protocol<?, ?> protocol) {
        assertThat(one.explore(protocol).holds()).isFalse();
    }
}
