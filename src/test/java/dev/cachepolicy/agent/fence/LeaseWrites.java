package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.agent.fence.LeaseModel.Option;
import dev.cachepolicy.agent.fence.LeaseState.At;
import dev.cachepolicy.agent.fence.LeaseState.Effect;
import dev.cachepolicy.agent.fence.LeaseState.Phase;
import dev.cachepolicy.agent.fence.Protocol.Written;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the programs of a {@link LeaseModel} write: at once, or by commands between which others come.
 *
 * @param <F> see {@link Protocol}
 * @param <P> see {@link Protocol}
 * @param scripts whether the commands of a pipeline are one script
 */
record LeaseWrites<F, P>(Protocol<F, P> protocol, List<Program> programs, Set<Option> options, boolean scripts) {

    /** The next of a writer. */
    Move<LeaseState<F, P>> next(LeaseState<F, P> state, int i) {
        At at = state.at().get(i);
        Program program = programs.get(i);
        Program.Op op = program.ops().get(at.op());
        String label = program.name() + " " + op;
        return switch (op) {
            case MSET -> throw new IllegalStateException(program.name() + " writes two keys");
            case CHANGE_SOURCE ->
                Move.of(
                        program.name() + " changes the source to version " + (state.source() + 1),
                        state.sourceChanged().at(i, at.next(state.source() + 1)));
            case SET -> set(state, i);
            case SET_KEEPING_TTL, SET_IF_ABSENT, SET_IF_PRESENT, INCR -> {
                List<Step> steps = ((Pipeline) FencedWrite.NEVER_A_FILL).steps();
                yield options.contains(Option.ANY_WRITE_IS_A_FILL)
                        ? set(state, i)
                        : pipeline(invalidated(state), i, steps, op.effect(), label);
            }
            case DEL -> {
                P pod = state.pods().get(program.pod());
                Written<F, P> written = protocol.delete(state.key(), state.fence(), pod, state.nonces());
                yield carriedOut(invalidated(state), i, written, label, null);
            }
        };
    }

    /** An invalidation is sent. */
    private LeaseState<F, P> invalidated(LeaseState<F, P> state) {
        return protocol.promises(state.pods()) ? state.doomed() : state;
    }

    /** {@return whether the next that a program does is to store this key and another by one command} */
    boolean isDue(LeaseState<F, P> state, int i) {
        Program program = programs.get(i);
        At at = state.at().get(i);
        boolean next = program.reads()
                ? at.phase() == Phase.HAS_LOADED
                : at.op() < program.ops().size() && program.ops().get(at.op()) == Program.Op.MSET;
        return program.together() && at.rest().isEmpty() && next;
    }

    /** A SET of what a program has at hand. */
    Move<LeaseState<F, P>> set(LeaseState<F, P> state, int i) {
        return set(state, i, written(state, i));
    }

    /** {@return what its pod makes of it} */
    Written<F, P> written(LeaseState<F, P> state, int i) {
        P pod = state.pods().get(programs.get(i).pod());
        return protocol.write(state.key(), state.fence(), pod, state.at().get(i).value());
    }

    /** It is carried out so. */
    Move<LeaseState<F, P>> set(LeaseState<F, P> state, int i, Written<F, P> written) {
        At at = state.at().get(i);
        String label = programs.get(i).name() + " SET version " + at.value() + ": " + written.what();
        return carriedOut(state, i, written, label, written.stores() && at.doomed() ? violation() : null);
    }

    private Move<LeaseState<F, P>> carriedOut(
            LeaseState<F, P> state, int i, Written<F, P> written, String label, @Nullable String violation) {
        LeaseState<F, P> pod = state.pod(programs.get(i).pod(), written.pod());
        if (!written.rest().isEmpty()) {
            return pipeline(pod, i, written.rest(), written.stores() ? Effect.STORES : Effect.REMOVES, label);
        }
        LeaseState<F, P> redis = pod.redis(written.key(), written.fence());
        return new Move<>(label, redis.at(i, end(state.at().get(i), i)), false, violation);
    }

    private Move<LeaseState<F, P>> pipeline(
            LeaseState<F, P> state, int i, List<Step> steps, Effect effect, String label) {
        List<Step> commands = options.contains(Option.WRONG_ORDER) ? steps.reversed() : steps;
        LeaseState<F, P> next = state.at(i, state.at().get(i).then(commands, effect));
        Move<LeaseState<F, P>> move = command(next, i);
        while (scripts && !rest(move, i).isEmpty()) {
            String violation = move.violation();
            move = command(move.next(), i);
            move = violation == null ? move : new Move<>(label, move.next(), false, violation);
        }
        return new Move<>(
                label + (rest(move, i).isEmpty() ? "" : ", first command"), move.next(), false, move.violation());
    }

    private List<Step> rest(Move<LeaseState<F, P>> move, int i) {
        return move.next().at().get(i).rest();
    }

    /** The next command of a pipeline that a program has begun. */
    Move<LeaseState<F, P>> command(LeaseState<F, P> state, int i) {
        At at = state.at().get(i);
        Step step = at.rest().getFirst();
        List<Step> rest = List.copyOf(at.rest().subList(1, at.rest().size()));
        int key = switch (step) {
            case UNLINK_FENCE -> state.key();
            case UNLINK_KEY -> 0;
            case APPLY -> at.effect().on(state.key(), at.value());
        };
        F fence = step == Step.UNLINK_FENCE ? protocol.noFence() : state.fence();
        boolean stale = step == Step.APPLY && at.effect() != Effect.REMOVES && at.doomed();
        return new Move<>(
                programs.get(i).name() + " " + step,
                state.redis(key, fence).at(i, rest.isEmpty() ? end(at, i) : at.then(rest, at.effect())),
                false,
                stale ? violation() : null);
    }

    private At end(At at, int i) {
        return programs.get(i).reads() ? At.END : at.next(at.value());
    }

    private @Nullable String violation() {
        return options.contains(Option.DOOM_IGNORED)
                ? null
                : "the value of a load that began before an invalidation is stored";
    }
}
