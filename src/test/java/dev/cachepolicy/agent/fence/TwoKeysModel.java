package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.agent.fence.LeaseState.At;
import dev.cachepolicy.agent.fence.LeaseState.Effect;
import dev.cachepolicy.agent.fence.LeaseState.Phase;
import dev.cachepolicy.agent.fence.Protocol.Written;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two keys, each with programs of its own, and programs of both, which come first in both lists: these store by one MSET.
 *
 * @param <F> see {@link Protocol}
 * @param <P> see {@link Protocol}
 */
record TwoKeysModel<F, P>(LeaseModel<F, P> first, LeaseModel<F, P> second, How how)
        implements Explorer.Model<TwoKeysModel.Both<F, P>> {

    /** How an MSET is carried out. */
    enum How {
        /** As the agent does: one script, which decides for each key. */
        ONE_SCRIPT,
        /** One script, which stores both values if the fence of the first key has its nonce. */
        FIRST_FENCE_FOR_BOTH,
        /** The fences are looked at first, then the values are stored. */
        LOOKS_BEFORE
    }

    record Both<F, P>(LeaseState<F, P> first, LeaseState<F, P> second) {}

    @Override
    public Both<F, P> start() {
        return new Both<>(first.start(), second.start());
    }

    @Override
    public @Nullable String wrongAtRest(Both<F, P> state) {
        String wrong = first.wrongAtRest(state.first);
        return wrong == null ? second.wrongAtRest(state.second) : wrong;
    }

    @Override
    public List<Move<Both<F, P>>> moves(Both<F, P> state) {
        List<Move<Both<F, P>>> moves = new ArrayList<>();
        for (Move<LeaseState<F, P>> move : first.moves(state.first)) {
            moves.add(of("first key: ", move, new Both<>(move.next(), state.second)));
        }
        for (Move<LeaseState<F, P>> move : second.moves(state.second)) {
            moves.add(of("second key: ", move, new Both<>(state.first, move.next())));
        }
        for (int i = 0; i < first.programs().size() && first.programs().get(i).together(); i++) {
            boolean ofFirst = first.writes().isDue(state.first, i);
            boolean ofSecond = second.writes().isDue(state.second, i);
            boolean ready = (ofFirst || isOver(state.first, i)) && (ofSecond || isOver(state.second, i));
            if (ready && (ofFirst || ofSecond)) {
                moves.add(stored(state, i, ofFirst, ofSecond));
            }
        }
        return moves;
    }

    private Move<Both<F, P>> of(String key, Move<LeaseState<F, P>> move, Both<F, P> next) {
        return new Move<>(key + move.label(), next, move.environment(), move.violation());
    }

    /** A reader that met a value stores nothing there. */
    private boolean isOver(LeaseState<F, P> state, int i) {
        return state.at().get(i).phase() == Phase.DONE;
    }

    private Move<Both<F, P>> stored(Both<F, P> state, int i, boolean ofFirst, boolean ofSecond) {
        Written<F, P> one = ofFirst ? first.writes().written(state.first, i) : null;
        Written<F, P> other = ofSecond ? second.writes().written(state.second, i) : null;
        if (how == How.FIRST_FENCE_FOR_BOTH && one != null && other != null && one.stores()) {
            other = new Written<>(
                    state.second.at().get(i).value(),
                    second.protocol().noFence(),
                    other.pod(),
                    "as the first",
                    List.of(),
                    true);
        }
        Move<LeaseState<F, P>> a = one == null ? stays(state.first) : carriedOut(first, state.first, i, one);
        Move<LeaseState<F, P>> b = other == null ? stays(state.second) : carriedOut(second, state.second, i, other);
        return new Move<>(
                "MSET: " + a.label() + "; " + b.label(),
                new Both<>(a.next(), b.next()),
                false,
                a.violation() == null ? b.violation() : a.violation());
    }

    private Move<LeaseState<F, P>> stays(LeaseState<F, P> state) {
        return Move.of("not this key", state);
    }

    private Move<LeaseState<F, P>> carriedOut(
            LeaseModel<F, P> model, LeaseState<F, P> state, int i, Written<F, P> written) {
        boolean isFill = written.rest().isEmpty();
        if (how == How.LOOKS_BEFORE && isFill && written.stores()) {
            At at = state.at().get(i).then(List.of(Step.APPLY, Step.UNLINK_FENCE), Effect.STORES);
            int pod = model.programs().get(i).pod();
            return Move.of(
                    model.programs().get(i).name() + " may store version " + at.value(),
                    state.pod(pod, written.pod()).at(i, at));
        }
        return new LeaseWrites<>(model.protocol(), model.programs(), model.options(), true).set(state, i, written);
    }
}
