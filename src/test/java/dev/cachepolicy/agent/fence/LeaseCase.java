package dev.cachepolicy.agent.fence;

import static dev.cachepolicy.agent.fence.Program.Op.CHANGE_SOURCE;
import static dev.cachepolicy.agent.fence.Program.Op.DEL;
import static dev.cachepolicy.agent.fence.Program.Op.INCR;
import static dev.cachepolicy.agent.fence.Program.Op.MSET;
import static dev.cachepolicy.agent.fence.Program.Op.SET;
import static dev.cachepolicy.agent.fence.Program.Op.SET_IF_ABSENT;
import static dev.cachepolicy.agent.fence.Program.Op.SET_IF_PRESENT;
import static dev.cachepolicy.agent.fence.Program.Op.SET_KEEPING_TTL;

import dev.cachepolicy.agent.fence.LeaseModel.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A few programs of a {@link LeaseModel}.
 *
 * @param programs a letter and a pod each: R reads; D changes the source and DELs; S changes it and SETs, X does both, I
 *     only DELs; K changes it and SETs with KEEPTTL, E with XX; N changes it, DELs and SETs with NX; C counts with INCR.
 *     In {@link TwoKeysModel}, M reads both keys and stores by MSET what it missed; U changes both sources and MSETs
 */
record LeaseCase(String name, String programs, Set<Option> options) {

    static LeaseCase of(String name, String programs, Option... options) {
        Set<Option> set = EnumSet.noneOf(Option.class);
        set.addAll(Arrays.asList(options));
        return new LeaseCase(name, programs, set);
    }

    /** The same with what pipelines do in one step. */
    LeaseCase asScripts() {
        Set<Option> more = EnumSet.copyOf(options);
        more.add(Option.SCRIPTS);
        return new LeaseCase(name + ", as scripts", programs, more);
    }

    List<Program> list() {
        List<Program> list = new ArrayList<>();
        for (String program : programs.split(" ")) {
            List<Program.Op> ops = switch (program.charAt(0)) {
                case 'R', 'M' -> List.of();
                case 'D' -> List.of(CHANGE_SOURCE, DEL);
                case 'S' -> List.of(CHANGE_SOURCE, SET);
                case 'X' -> List.of(CHANGE_SOURCE, DEL, SET);
                case 'I' -> List.of(DEL);
                case 'K' -> List.of(CHANGE_SOURCE, SET_KEEPING_TTL);
                case 'E' -> List.of(CHANGE_SOURCE, SET_IF_PRESENT);
                case 'N' -> List.of(CHANGE_SOURCE, DEL, SET_IF_ABSENT);
                case 'U' -> List.of(CHANGE_SOURCE, MSET);
                case 'C' -> List.of(INCR);
                default -> throw new IllegalArgumentException(program);
            };
            list.add(new Program(
                    program + "#" + list.size(), program.charAt(1) - '0', ops, "MU".indexOf(program.charAt(0)) >= 0));
        }
        return list;
    }

    <F, P> Explorer.Result explore(Protocol<F, P> protocol) {
        return Explorer.explore(this + " [" + programs + "]", new LeaseModel<>(protocol, list(), options));
    }

    @Override
    public String toString() {
        return name;
    }
}
