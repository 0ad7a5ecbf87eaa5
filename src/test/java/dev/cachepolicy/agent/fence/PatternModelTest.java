package dev.cachepolicy.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.agent.fence.Explorer.Move;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An invalidation of a pattern, which SCAN carries out: a pass sees for certain only what is there all the time, so each
 * looks at one moment, any moment. One load began before it.
 */
class PatternModelTest {

    enum Pass {
        KEYS,
        LEASES
    }

    record State(boolean old, boolean fence, boolean loaded, int pass) {}

    record Passes(List<Pass> passes) implements Explorer.Model<State> {

        @Override
        public State start() {
            return new State(false, true, false, 0);
        }

        @Override
        public List<Move<State>> moves(State state) {
            List<Move<State>> moves = new ArrayList<>();
            if (!state.loaded) {
                moves.add(Move.of("the load's SET", new State(state.fence, false, true, state.pass)));
            }
            if (state.pass < passes.size()) {
                Pass pass = passes.get(state.pass);
                boolean old = state.old && pass != Pass.KEYS;
                boolean fence = state.fence && pass != Pass.LEASES;
                moves.add(Move.of("pass over " + pass, new State(old, fence, state.loaded, state.pass + 1)));
            }
            return moves;
        }

        @Override
        public @Nullable String wrongAtRest(State state) {
            return state.old ? "the old value is left" : null;
        }
    }

    @Test
    void leasesGoFirst() {
        assertThat(explore(Pass.LEASES, Pass.KEYS).holds()).isTrue();
        assertThat(explore(Pass.KEYS, Pass.LEASES).trace())
                .containsExactly("pass over KEYS", "the load's SET", "pass over LEASES");
        assertThat(explore(Pass.KEYS).trace()).containsExactly("pass over KEYS", "the load's SET");
    }

    private static Explorer.Result explore(Pass... passes) {
        Passes model = new Passes(List.of(passes));
        return Explorer.explore(model.toString(), model);
    }
}
