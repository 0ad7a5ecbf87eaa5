package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import dev.cachepolicy.agent.fence.FencedWrite.Step;
import dev.cachepolicy.agent.fence.Protocol.Written;
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
        implements Explorer.Model<LeaseModel.State<F, P>> {

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
        /** Of doomed loads nothing is asked. */
        DOOM_IGNORED,
        /** The key is never lost. */
        KEY_STAYS,
        /** At rest nothing is asked. */
        REST_IGNORED
    }

    /** What a writer does, in this order. */
    enum Op {
        CHANGE_SOURCE,
        DEL,
        SET,
        /** A write that is never the end of a load, such as SET with KEEPTTL. */
        SET_NEVER_A_FILL
    }

    /**
     * @param ops empty for a reader
     */
    record Program(String name, int pod, List<Op> ops) {
        boolean reads() {
            return ops.isEmpty();
        }
    }

    enum Phase {
        BEGINS,
        LOADS,
        HAS_LOADED,
        WAITS,
        DONE
    }

    /**
     * @param phase of a reader
     * @param op the next of a writer
     * @param rest commands of a pipeline that are still to come; {@code value} goes with them
     * @param writes whether {@code rest} stores {@code value}
     */
    record At(Phase phase, int op, int nonce, int token, int value, boolean doomed, List<Step> rest, boolean writes) {
        static final At START = new At(Phase.BEGINS, 0, 0, 0, 0, false, List.of(), false);
        static final At END = new At(Phase.DONE, 0, 0, 0, 0, false, List.of(), false);

        At loading(int nonce, int token) {
            return new At(Phase.LOADS, 0, nonce, token, 0, false, List.of(), false);
        }

        At loaded(int version) {
            return new At(Phase.HAS_LOADED, 0, nonce, token, version, doomed, List.of(), false);
        }

        At next(int version) {
            return new At(phase, op + 1, 0, 0, version, false, List.of(), false);
        }

        At then(List<Step> commands, boolean storing) {
            return new At(phase, op, nonce, token, value, doomed, commands, storing);
        }

        At doom() {
            boolean out = phase == Phase.LOADS || phase == Phase.HAS_LOADED;
            return out ? new At(phase, op, nonce, token, value, true, rest, writes) : this;
        }
    }

    record State<F, P>(int source, int key, F fence, List<P> pods, List<At> at, int nonces, boolean restarted) {

        State<F, P> redis(int key, F fence) {
            return new State<>(source, key, fence, pods, at, nonces, restarted);
        }

        State<F, P> at(int program, At there) {
            return new State<>(source, key, fence, pods, with(at, program, there), nonces, restarted);
        }

        State<F, P> pod(int pod, P knows) {
            return new State<>(source, key, fence, with(pods, pod, knows), at, nonces, restarted);
        }

        State<F, P> sourceChanged() {
            return new State<>(source + 1, key, fence, pods, at, nonces, restarted);
        }

        State<F, P> nonceTaken(int nonce) {
            return new State<>(source, key, fence, pods, at, Math.max(nonces, nonce + 1), restarted);
        }

        State<F, P> doomed() {
            return new State<>(
                    source, key, fence, pods, at.stream().map(At::doom).toList(), nonces, restarted);
        }
    }

    private static <T> List<T> with(List<T> list, int index, T element) {
        List<T> changed = new ArrayList<>(list);
        changed.set(index, element);
        return List.copyOf(changed);
    }

    @Override
    public State<F, P> start() {
        int pods = programs.stream().mapToInt(Program::pod).max().orElseThrow() + 1;
        return new State<>(
                1,
                0,
                protocol.noFence(),
                Collections.nCopies(pods, protocol.knowsNothing()),
                Collections.nCopies(programs.size(), At.START),
                1,
                false);
    }

    @Override
    public @Nullable String wrongAtRest(State<F, P> state) {
        boolean right = options.contains(Option.REST_IGNORED) || state.key == 0 || state.key == state.source;
        return right ? null : "at rest the key has version " + state.key + ", the source " + state.source;
    }

    @Override
    public List<Move<State<F, P>>> moves(State<F, P> state) {
        List<Move<State<F, P>>> moves = new ArrayList<>();
        environment(state, moves);
        for (int i = 0; i < programs.size(); i++) {
            At at = state.at.get(i);
            if (!at.rest.isEmpty()) {
                moves.add(command(state, i));
            } else if (programs.get(i).reads()) {
                reader(state, i, moves);
            } else if (at.op < programs.get(i).ops.size()) {
                moves.add(writer(state, i));
            }
        }
        return moves;
    }

    private void environment(State<F, P> state, List<Move<State<F, P>>> moves) {
        if (state.key != 0 && !options.contains(Option.KEY_STAYS)) {
            moves.add(Move.ofEnvironment("the key expires or is evicted", state.redis(0, state.fence)));
        }
        for (Protocol.Fate<F, P> fate :
                protocol.fates(state.fence, state.pods, options.contains(Option.FENCE_MAY_BE_LOST))) {
            State<F, P> next = new State<>(
                    state.source, state.key, fate.fence(), fate.pods(), state.at, state.nonces, state.restarted);
            moves.add(Move.ofEnvironment(fate.label(), next));
        }
        for (int pod = 0; pod < state.pods.size(); pod++) {
            if (protocol.podsForget() && !state.pods.get(pod).equals(protocol.knowsNothing()) && !loads(state, pod)) {
                moves.add(Move.ofEnvironment(
                        "fenceTime passes since the last nil of pod " + pod, state.pod(pod, protocol.knowsNothing())));
            }
            if (options.contains(Option.RESTART) && !state.restarted) {
                moves.add(Move.ofEnvironment("the agent of pod " + pod + " restarts", restarted(state, pod)));
            }
        }
    }

    /** A load ends within fenceTime: so says the promise. */
    private boolean loads(State<F, P> state, int pod) {
        for (int i = 0; i < programs.size(); i++) {
            Phase phase = state.at.get(i).phase;
            if (programs.get(i).reads()
                    && programs.get(i).pod == pod
                    && (phase == Phase.LOADS || phase == Phase.HAS_LOADED)) {
                return true;
            }
        }
        return false;
    }

    /** Readers that wait lose their connection; loads go on in the application. */
    private State<F, P> restarted(State<F, P> state, int pod) {
        List<At> at = new ArrayList<>(state.at);
        for (int i = 0; i < at.size(); i++) {
            if (programs.get(i).pod == pod && at.get(i).phase == Phase.WAITS) {
                at.set(i, At.END);
            }
        }
        return new State<>(
                state.source,
                state.key,
                state.fence,
                with(state.pods, pod, protocol.restarted()),
                List.copyOf(at),
                state.nonces,
                true);
    }

    private void reader(State<F, P> state, int i, List<Move<State<F, P>>> moves) {
        At at = state.at.get(i);
        String name = programs.get(i).name;
        int pod = programs.get(i).pod;
        switch (at.phase) {
            case BEGINS, WAITS -> {
                if (state.key != 0) {
                    moves.add(Move.of(name + " hits version " + state.key, state.at(i, At.END)));
                    return;
                }
                Protocol.Missed<F> missed = protocol.miss(state.fence, state.nonces);
                boolean gives = missed.leased() || at.phase == Phase.WAITS;
                State<F, P> redis = state.redis(0, missed.fence()).nonceTaken(missed.nonce());
                if (gives) {
                    int token = missed.leased() ? missed.token() : 0;
                    State<F, P> next = redis.pod(pod, protocol.begun(state.pods.get(pod), missed.nonce(), token))
                            .at(i, at.loading(missed.nonce(), token));
                    String how = missed.leased() ? " gets nil and the lease, nonce " : " gets nil at maxWait, nonce ";
                    moves.add(Move.of(name + how + missed.nonce(), next));
                } else {
                    At waits = new At(Phase.WAITS, 0, 0, 0, 0, false, List.of(), false);
                    moves.add(Move.of(name + " waits", redis.at(i, waits)));
                }
            }
            case LOADS -> {
                moves.add(Move.of(name + " loads version " + state.source, state.at(i, at.loaded(state.source))));
                if (options.contains(Option.LOADS_MAY_LEAK)) {
                    moves.add(Move.of(name + " ends without SET", state.at(i, At.END)));
                }
            }
            case HAS_LOADED -> moves.add(set(state, i, at.value, at.doomed, At.END));
            case DONE -> {}
        }
    }

    private Move<State<F, P>> writer(State<F, P> state, int i) {
        At at = state.at.get(i);
        String name = programs.get(i).name;
        return switch (programs.get(i).ops.get(at.op)) {
            case CHANGE_SOURCE ->
                Move.of(
                        name + " changes the source to version " + (state.source + 1),
                        state.sourceChanged().at(i, at.next(state.source + 1)));
            case SET -> set(state, i, at.value, false, at.next(at.value));
            case SET_NEVER_A_FILL ->
                pipeline(state, i, ((Pipeline) FencedWrite.NEVER_A_FILL).steps(), true, name + " SET .. KEEPTTL");
            case DEL -> {
                State<F, P> doomed = state.doomed();
                List<Step> steps = protocol.invalidation();
                yield steps == null
                        ? Move.of(
                                name + " DEL",
                                doomed.redis(0, protocol.invalidated(state.fence, state.nonces))
                                        .nonceTaken(state.nonces)
                                        .at(i, at.next(at.value)))
                        : pipeline(doomed, i, steps, false, name + " DEL");
            }
        };
    }

    private Move<State<F, P>> set(State<F, P> state, int i, int value, boolean doomed, At after) {
        Program program = programs.get(i);
        Written<F, P> written = protocol.write(state.key, state.fence, state.pods.get(program.pod), value);
        String label = program.name + " SET version " + value + ": " + written.what();
        State<F, P> pod = state.pod(program.pod, written.pod());
        if (!written.rest().isEmpty()) {
            return pipeline(pod, i, written.rest(), written.stores(), label);
        }
        State<F, P> next = pod.redis(written.key(), written.fence()).at(i, after);
        return new Move<>(label, next, false, written.stores() && doomed ? violation() : null);
    }

    private Move<State<F, P>> pipeline(State<F, P> state, int i, List<Step> steps, boolean storing, String label) {
        List<Step> commands = options.contains(Option.WRONG_ORDER) ? steps.reversed() : steps;
        State<F, P> next = state.at(i, state.at.get(i).then(commands, storing));
        Move<State<F, P>> move = command(next, i);
        while (options.contains(Option.SCRIPTS) && !rest(move, i).isEmpty()) {
            String violation = move.violation();
            move = command(move.next(), i);
            move = violation == null ? move : new Move<>(label, move.next(), false, violation);
        }
        return new Move<>(
                label + (rest(move, i).isEmpty() ? "" : ", first command"), move.next(), false, move.violation());
    }

    private List<Step> rest(Move<State<F, P>> move, int i) {
        return move.next().at.get(i).rest;
    }

    /** The next command of a pipeline that a program has begun. */
    private Move<State<F, P>> command(State<F, P> state, int i) {
        At at = state.at.get(i);
        Step step = at.rest.getFirst();
        List<Step> rest = List.copyOf(at.rest.subList(1, at.rest.size()));
        int key = switch (step) {
            case UNLINK_FENCE -> state.key;
            case UNLINK_KEY -> 0;
            case APPLY -> at.writes ? at.value : 0;
        };
        F fence = step == Step.UNLINK_FENCE ? protocol.noFence() : state.fence;
        At end = programs.get(i).reads() ? At.END : at.next(at.value);
        boolean stale = step == Step.APPLY && at.writes && at.doomed;
        return new Move<>(
                programs.get(i).name + " " + step,
                state.redis(key, fence).at(i, rest.isEmpty() ? end : at.then(rest, at.writes)),
                false,
                stale ? violation() : null);
    }

    private @Nullable String violation() {
        return options.contains(Option.DOOM_IGNORED)
                ? null
                : "the value of a load that began before an invalidation is stored";
    }
}
