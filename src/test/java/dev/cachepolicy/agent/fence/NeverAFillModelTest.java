package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.LeaseModel.Option.ANY_WRITE_IS_A_FILL;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.DOOM_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.FENCE_MAY_BE_LOST;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.LOADS_MAY_LEAK;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.RESTART;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.REST_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.WRONG_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writes that are never taken for the end of a load, because their result depends on what the key holds. They are
 * invalidations that also write: no load that began before one may store its value after it.
 */
class NeverAFillModelTest {

    static Stream<LeaseCase> holding() {
        List<LeaseCase> cases = List.of(
                LeaseCase.of("KEEPTTL", "R0 R0 R1 K1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("KEEPTTL in the pod of the loads", "R0 R0 R1 K0", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("KEEPTTL and a trigger", "R0 R1 K0 I1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("KEEPTTL and a restart", "R0 R1 K0", RESTART, LOADS_MAY_LEAK),
                LeaseCase.of("XX", "R0 R0 R1 E0", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("XX and a trigger", "R0 R1 E0 I1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("DEL and NX", "R0 R0 R1 N0", LOADS_MAY_LEAK),
                LeaseCase.of("DEL and NX, and a trigger", "R0 R1 N0 I1", LOADS_MAY_LEAK),
                // What a counter counts is not what its source says; what is asked is that no load undoes it.
                LeaseCase.of("INCR", "R0 R0 R1 C0", REST_IGNORED, FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                LeaseCase.of("INCR and a DEL", "R0 R1 C0 D1", REST_IGNORED, LOADS_MAY_LEAK));
        return cases.stream().flatMap(one -> Stream.of(one, one.asScripts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(LeaseCase one) {
        assertThat(one.explore(new OneKeyProtocol(false)).holds()).isTrue();
    }

    static Stream<LeaseCase> violated() {
        return Stream.of(
                LeaseCase.of("KEEPTTL in the other order", "R0 K1", WRONG_ORDER),
                LeaseCase.of("XX in the other order", "R0 R1 E1", WRONG_ORDER),
                LeaseCase.of("NX in the other order", "R0 N1", WRONG_ORDER),
                LeaseCase.of("INCR in the other order", "R0 C1", WRONG_ORDER, REST_IGNORED),
                LeaseCase.of(
                        "KEEPTTL taken for the end of a load that leaked",
                        "R0 R1 K0 I1",
                        ANY_WRITE_IS_A_FILL,
                        DOOM_IGNORED,
                        LOADS_MAY_LEAK));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(LeaseCase one) {
        assertThat(one.explore(new OneKeyProtocol(false)).holds()).isFalse();
    }
}
