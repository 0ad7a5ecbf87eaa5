package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.LeaseModel.Op.CHANGE_SOURCE;
import static dev.cachepolicy.agent.fence.LeaseModel.Op.DEL;
import static dev.cachepolicy.agent.fence.LeaseModel.Op.SET;
import static dev.cachepolicy.agent.fence.LeaseModel.Op.SET_NEVER_A_FILL;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.DOOM_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.FENCE_MAY_BE_LOST;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.KEY_STAYS;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.LOADS_MAY_LEAK;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.RESTART;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.REST_IGNORED;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.SCRIPTS;
import static dev.cachepolicy.agent.fence.LeaseModel.Option.WRONG_ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.LeaseModel.Op;
import dev.cachepolicy.agent.fence.LeaseModel.Option;
import dev.cachepolicy.agent.fence.LeaseModel.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The promise, in every interleaving of a few programs: with the agent's decisions, and, to show that it would be found out,
 * with others.
 */
class LeaseModelTest {

    /**
     * @param programs a letter and a pod each: R reads; D changes the source and DELs; S changes it and SETs, X does both, I
     *     only DELs; K changes it and SETs with KEEPTTL
     */
    record Case(String name, String programs, Set<Option> options) {

        static Case of(String name, String programs, Option... options) {
            Set<Option> set = EnumSet.noneOf(Option.class);
            set.addAll(Arrays.asList(options));
            return new Case(name, programs, set);
        }

        /** The same with what pipelines do in one step. */
        Case asScripts() {
            Set<Option> more = EnumSet.copyOf(options);
            more.add(SCRIPTS);
            return new Case(name + ", as scripts", programs, more);
        }

        List<Program> list() {
            List<Program> list = new ArrayList<>();
            for (String program : programs.split(" ")) {
                List<Op> ops = switch (program.charAt(0)) {
                    case 'R' -> List.of();
                    case 'D' -> List.of(CHANGE_SOURCE, DEL);
                    case 'S' -> List.of(CHANGE_SOURCE, SET);
                    case 'X' -> List.of(CHANGE_SOURCE, DEL, SET);
                    case 'I' -> List.of(DEL);
                    case 'K' -> List.of(CHANGE_SOURCE, SET_NEVER_A_FILL);
                    default -> throw new IllegalArgumentException(program);
                };
                list.add(new Program(program + "#" + list.size(), program.charAt(1) - '0', ops));
            }
            return list;
        }

        <F, P> Explorer.Result explore(Protocol<F, P> protocol) {
            Explorer.Result result = Explorer.explore(new LeaseModel<>(protocol, list(), options));
            System.out.println(name + " [" + programs + "]: " + result);
            return result;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> holding() {
        List<Case> cases = List.of(
                Case.of("two readers in one pod and a DEL", "R0 R0 D1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                Case.of("three readers and a DEL", "R0 R0 R1 D1", FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                Case.of("two DELs", "R0 R0 R1 D0 D1", LOADS_MAY_LEAK),
                Case.of("an agent restarts", "R0 R0 R1 D1", RESTART, LOADS_MAY_LEAK),
                Case.of("four readers", "R0 R0 R1 R1 D1", LOADS_MAY_LEAK, KEY_STAYS),
                Case.of("readers in three pods", "R0 R1 R2 D0", RESTART, LOADS_MAY_LEAK),
                Case.of("a reader beside a SET", "R0 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST, LOADS_MAY_LEAK),
                Case.of("readers beside a SET", "R0 R0 R1 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST),
                Case.of("readers in three pods and a SET", "R0 R1 R2 S0", DOOM_IGNORED),
                Case.of(
                        "a SET in a pod that reads nothing",
                        "R0 R1 S2",
                        DOOM_IGNORED,
                        FENCE_MAY_BE_LOST,
                        LOADS_MAY_LEAK),
                Case.of("a SET and a trigger", "R0 R1 I1 S0", DOOM_IGNORED, FENCE_MAY_BE_LOST),
                Case.of("a SET, a trigger and more readers", "R0 R0 R1 I1 S0", DOOM_IGNORED),
                Case.of("two readers and a SET in one pod, a trigger", "R0 R0 S0 I1", DOOM_IGNORED),
                Case.of("DEL and SET", "R0 R0 R1 X0", DOOM_IGNORED),
                Case.of(
                        "a write that is never a fill",
                        "R0 R0 R1 K1",
                        DOOM_IGNORED,
                        FENCE_MAY_BE_LOST,
                        LOADS_MAY_LEAK));
        return cases.stream().flatMap(one -> Stream.of(one, one.asScripts()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void holding(Case one) {
        assertThat(one.explore(new OneKeyProtocol(false)).toString()).startsWith("holds in ");
    }

    static Stream<Arguments> violated() {
        OneKeyProtocol agents = new OneKeyProtocol(false);
        TwoKeyProtocol twoKeys = new TwoKeyProtocol();
        return Stream.of(
                Arguments.of(Case.of("the other order, SET", "R0 S1", WRONG_ORDER, DOOM_IGNORED), agents),
                Arguments.of(Case.of("the other order, DEL", "R0 D1", WRONG_ORDER), agents),
                Arguments.of(Case.of("a restart is forgotten", "R0 D1", RESTART), new OneKeyProtocol(true)),
                Arguments.of(Case.of("two keys, a nil in a pod that has one out", "R0 R0 D1", REST_IGNORED), twoKeys),
                Arguments.of(Case.of("two keys, one evicted", "R0 D1", FENCE_MAY_BE_LOST, REST_IGNORED), twoKeys),
                Arguments.of(Case.of("two keys, a restart", "R0 D1", RESTART, REST_IGNORED), twoKeys),
                Arguments.of(Case.of("two keys, an update taken for a load's end", "R0 S0", DOOM_IGNORED), twoKeys),
                // What the promise excludes: an update by SET in a pod that loads the key, until the load's SET
                // arrives, which
                // it never does here; and an update by SET beside another update.
                Arguments.of(
                        Case.of("a load that leaks, and a SET in its pod", "R0 R1 I1 S0", DOOM_IGNORED, LOADS_MAY_LEAK),
                        agents),
                Arguments.of(Case.of("a SET beside another update", "S0 D1", DOOM_IGNORED), agents));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void violated(Case one, Protocol<?, ?> protocol) {
        assertThat(one.explore(protocol).holds()).isFalse();
    }
}
