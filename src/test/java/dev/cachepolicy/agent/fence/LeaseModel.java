package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.LeaseState.At;
import dev.cachepolicy.agent.fence.LeaseState.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One key, its source, and programs in pods that know nothing of each other: readers, which load and SET what they miss, and
 * writers. Values are versions of the source. A load is doomed once an invalidation was sent after its nil: its value must
 * not be stored. And when all programs are done, the key has the source's version or none.
 *
 * @param <F> see {@link Protocol}
 * @param <P> see {@link Protocol}
 */
record LeaseModel<F, P>(Protocol<F, P> protocol, List<Program> programs, Set<Option> options)
        implements Explorer.Model<LeaseState<F, P>> {

    /** What may happen, and what is asked. */
    enum Option {
        /** Redis may lose the fence at any time, not only the key. */
        FENCE_MAY_BE_LOST,
        /** A load may end without a SET. */
        LOADS_MAY_LEAK,
        /** The agent of one pod restarts once. */
        RESTART,
        /** The commands of a pipeline are one script. */
        SCRIPTS,
        /** The commands of a pipeline come in the wrong order. */
        WRONG_ORDER,
        /** A write is taken for the end of a load, other than in the agent, whatever its result depends on. */
        ANY_WRITE_IS_A_FILL,
        /** Of doomed loads nothing is asked. */
        DOOM_IGNORED,
        /** Writers begin when the promise holds. */
        WRITERS_WAIT,
        /** The key is never lost. */
        KEY_STAYS,
        /** At rest nothing is asked. */
        REST_IGNORED
    }

    @Override
    public LeaseState<F, P> start() {
        int pods = programs.stream().mapToInt(Program::pod).max().orElseThrow() + 1;
        return new LeaseState<>(
                1,
                0,
                protocol.noFence(),
                Collections.nCopies(pods, protocol.knowsNothing()),
                Collections.nCopies(programs.size(), At.START),
                1,
                false);
    }

    @Override
    public @Nullable String wrongAtRest(LeaseState<F, P> state) {
        boolean right = options.contains(Option.REST_IGNORED) || state.key() == 0 || state.key() == state.source();
        return right ? null : "at rest the key has version " + state.key() + ", the source " + state.source();
    }

    @Override
    public List<Move<LeaseState<F, P>>> moves(LeaseState<F, P> state) {
        List<Move<LeaseState<F, P>>> moves = new ArrayList<>();
        environment(state, moves);
        for (int i = 0; i < programs.size(); i++) {
            Program program = programs.get(i);
            At at = state.at().get(i);
            if (!at.rest().isEmpty()) {
                moves.add(writes().command(state, i));
            } else if (writes().isDue(state, i)) {
                continue;
            } else if (program.reads()) {
                reader(state, i, moves);
            } else if (at.op() < program.ops().size() && mayGoOn(state, at)) {
                moves.add(writes().next(state, i));
            }
        }
        return moves;
    }

    private boolean mayGoOn(LeaseState<F, P> state, At at) {
        return at.op() > 0 || !options.contains(Option.WRITERS_WAIT) || protocol.promises(state.pods());
    }

    private void environment(LeaseState<F, P> state, List<Move<LeaseState<F, P>>> moves) {
        if (state.key() != 0 && !options.contains(Option.KEY_STAYS)) {
            moves.add(Move.ofEnvironment("the key expires or is evicted", state.redis(0, state.fence())));
        }
        for (Protocol.Fate<F> fate : protocol.fates(state.fence(), options.contains(Option.FENCE_MAY_BE_LOST))) {
            moves.add(Move.ofEnvironment(fate.label(), state.redis(state.key(), fate.after())));
        }
        for (int pod = 0; pod < state.pods().size(); pod++) {
            P knows = state.pods().get(pod);
            P forgets = protocol.forgets(knows);
            if (!forgets.equals(knows) && !loads(state, pod, true)) {
                moves.add(Move.ofEnvironment(
                        "fenceTime passes since the last nil of pod " + pod, state.pod(pod, forgets)));
            }
            for (Protocol.Fate<P> fate : protocol.podFates(knows, loads(state, pod, false))) {
                moves.add(Move.ofEnvironment("pod " + pod + ": " + fate.label(), state.pod(pod, fate.after())));
            }
            if (options.contains(Option.RESTART) && !state.restarted()) {
                moves.add(Move.ofEnvironment("the agent of pod " + pod + " restarts", restarted(state, pod)));
            }
        }
    }

    /** A load ends within fenceTime: so says the promise. So it matters whether one is out that was counted, or not. */
    private boolean loads(LeaseState<F, P> state, int pod, boolean counted) {
        for (int i = 0; i < programs.size(); i++) {
            At at = state.at().get(i);
            if (programs.get(i).reads() && programs.get(i).pod() == pod && at.isOut() && at.counted() == counted) {
                return true;
            }
        }
        return false;
    }

    /** Readers that wait lose their connection; loads go on in the application. */
    private LeaseState<F, P> restarted(LeaseState<F, P> state, int pod) {
        List<At> at = new ArrayList<>(state.at());
        for (int i = 0; i < at.size(); i++) {
            if (programs.get(i).pod() == pod && at.get(i).phase() == Phase.WAITS) {
                at.set(i, At.END);
            }
        }
        return new LeaseState<>(
                state.source(),
                state.key(),
                state.fence(),
                Explorer.with(state.pods(), pod, protocol.restarted()),
                List.copyOf(at),
                state.nonces(),
                true);
    }

    private void reader(LeaseState<F, P> state, int i, List<Move<LeaseState<F, P>>> moves) {
        At at = state.at().get(i);
        String name = programs.get(i).name();
        int pod = programs.get(i).pod();
        switch (at.phase()) {
            case BEGINS, WAITS -> {
                if (state.key() != 0) {
                    moves.add(Move.of(name + " hits version " + state.key(), state.at(i, At.END)));
                    return;
                }
                P knows = state.pods().get(pod);
                Protocol.Missed<F> missed = protocol.miss(state.fence(), knows, state.nonces());
                boolean gives = missed.leased() || at.phase() == Phase.WAITS;
                LeaseState<F, P> redis = state.redis(0, missed.fence()).nonceTaken(missed.nonce());
                if (gives) {
                    int token = missed.leased() ? missed.token() : 0;
                    LeaseState<F, P> next = redis.pod(pod, protocol.begun(knows, missed.nonce(), token))
                            .at(i, At.loads(protocol.counts(knows)));
                    String how = missed.leased() ? " gets nil and the lease, nonce " : " gets nil at maxWait, nonce ";
                    moves.add(Move.of(name + how + missed.nonce(), next));
                } else {
                    moves.add(Move.of(name + " waits", redis.at(i, At.WAITING)));
                }
            }
            case LOADS -> {
                moves.add(Move.of(name + " loads version " + state.source(), state.at(i, at.loaded(state.source()))));
                if (options.contains(Option.LOADS_MAY_LEAK)) {
                    moves.add(Move.of(name + " ends without SET", state.at(i, At.END)));
                }
            }
            case HAS_LOADED -> moves.add(writes().set(state, i));
            case DONE -> {}
        }
    }

    /** How programs write. */
    LeaseWrites<F, P> writes() {
        return new LeaseWrites<>(protocol, programs, options, options.contains(Option.SCRIPTS));
    }
}
