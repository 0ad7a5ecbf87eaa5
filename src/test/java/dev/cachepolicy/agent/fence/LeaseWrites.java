package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.agent.fence.LeaseModel.Option;
import dev.cachepolicy.agent.fence.LeaseState.At;
import dev.cachepolicy.agent.fence.LeaseState.Effect;
import dev.cachepolicy.agent.fence.Protocol.Written;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the programs of a {@link LeaseModel} write: at once, or by commands between which others come.
 *
 * @param <F> see {@link Protocol}
 * @param <P> see {@link Protocol}
 */
record LeaseWrites<F, P>(Protocol<F, P> protocol, List<Program> programs, Set<Option> options) {

    /** The next of a writer. */
    Move<LeaseState<F, P>> next(LeaseState<F, P> state, int i) {
        At at = state.at().get(i);
        Program program = programs.get(i);
        Program.Op op = program.ops().get(at.op());
        String label = program.name() + " " + op;
        return switch (op) {
            case CHANGE_SOURCE ->
                Move.of(
                        program.name() + " changes the source to version " + (state.source() + 1),
                        state.sourceChanged().at(i, at.next(state.source() + 1)));
            case SET -> set(state, i, at.value(), false, at.next(at.value()));
            case SET_KEEPING_TTL, SET_IF_ABSENT, SET_IF_PRESENT, INCR ->
                options.contains(Option.ANY_WRITE_IS_A_FILL)
                        ? set(state, i, at.value(), false, at.next(at.value()))
                        : pipeline(
                                state.doomed(), i, ((Pipeline) FencedWrite.NEVER_A_FILL).steps(), op.effect(), label);
            case DEL -> {
                Written<F, P> written =
                        protocol.delete(state.key(), state.fence(), state.pods().get(program.pod()), state.nonces());
                yield carriedOut(state.doomed(), i, written, at.next(at.value()), label, null);
            }
        };
    }

    /** A reader's SET of what it has loaded. */
    Move<LeaseState<F, P>> loaded(LeaseState<F, P> state, int i) {
        At at = state.at().get(i);
        return set(state, i, at.value(), at.doomed(), At.END);
    }

    private Move<LeaseState<F, P>> set(LeaseState<F, P> state, int i, int value, boolean doomed, At after) {
        Program program = programs.get(i);
        Written<F, P> written =
                protocol.write(state.key(), state.fence(), state.pods().get(program.pod()), value);
        String label = program.name() + " SET version " + value + ": " + written.what();
        return carriedOut(state, i, written, after, label, written.stores() && doomed ? violation() : null);
    }

    private Move<LeaseState<F, P>> carriedOut(
            LeaseState<F, P> state, int i, Written<F, P> written, At after, String label, @Nullable String violation) {
        LeaseState<F, P> pod = state.pod(programs.get(i).pod(), written.pod());
        return written.rest().isEmpty()
                ? new Move<>(label, pod.redis(written.key(), written.fence()).at(i, after), false, violation)
                : pipeline(pod, i, written.rest(), written.stores() ? Effect.STORES : Effect.REMOVES, label);
    }

    private Move<LeaseState<F, P>> pipeline(
            LeaseState<F, P> state, int i, List<Step> steps, Effect effect, String label) {
        List<Step> commands = options.contains(Option.WRONG_ORDER) ? steps.reversed() : steps;
        LeaseState<F, P> next = state.at(i, state.at().get(i).then(commands, effect));
        Move<LeaseState<F, P>> move = command(next, i);
        while (options.contains(Option.SCRIPTS) && !rest(move, i).isEmpty()) {
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
        At end = programs.get(i).reads() ? At.END : at.next(at.value());
        boolean stale = step == Step.APPLY && at.effect() != Effect.REMOVES && at.doomed();
        return new Move<>(
                programs.get(i).name() + " " + step,
                state.redis(key, fence).at(i, rest.isEmpty() ? end : at.then(rest, at.effect())),
                false,
                stale ? violation() : null);
    }

    private @Nullable String violation() {
        return options.contains(Option.DOOM_IGNORED)
                ? null
                : "the value of a load that began before an invalidation is stored";
    }
}
