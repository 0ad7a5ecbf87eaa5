package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.FencedWrite.Fill;
import dev.cachepolicy.agent.fence.FencedWrite.Pipeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Readers that come for ever, one invalidation, and then a source that is quiet: is a value ever kept? Nonces are renumbered in each
 * state, so that the states are finite though the readers go on.
 *
 * <p>A pod takes a SET for the end of its newest load, whichever it was. So where loads overlap without end, a load that an
 * invalidation voided stays counted after its SET has come, and voids what comes, until fenceTime has passed since its nil.
 *
 * @param pods the pod of each reader
 * @param overlap whether a load may outlast its lease and maxWait, so that loads overlap
 * @param ownValues whether each reader loads another value of the same version, as a page with a time in it
 * @param voidEndsLoad whether, other than in the agent, a void fill removes the fence
 */
record ProgressModel(List<Integer> pods, boolean overlap, boolean ownValues, boolean voidEndsLoad)
        implements Explorer.Model<ProgressModel.State> {

    /** The first letter of the label of a SET whose value was kept, and of one that was void. */
    static final String KEPT = "+";

    static final String VOID = "*";

    private static final Nonce FRESH = new Nonce("fresh");

    enum Phase {
        COMES,
        WAITS,
        LOADS,
        HAS_LOADED
    }

    /**
     * @param nonce of its load; NEVER while it has none
     */
    record Reader(Phase phase, Nonce nonce, int value) {
        static final Reader COMING = new Reader(Phase.COMES, Nonce.NEVER, 0);
        static final Reader WAITING = new Reader(Phase.WAITS, Nonce.NEVER, 0);
    }

    record State(boolean invalidated, int key, Optional<RedisFence> fence, List<Loads> loads, List<Reader> readers) {

        State with(int key, Optional<RedisFence> fence, int pod, Loads of, int reader, Reader now) {
            return new State(
                            invalidated, key, fence, Explorer.with(loads, pod, of), Explorer.with(readers, reader, now))
                    .renumbered();
        }

        State renumbered() {
            Map<Nonce, Nonce> names = new HashMap<>();
            Optional<RedisFence> renamed = fence.map(f -> new RedisFence(name(names, f.nonce()), f.leased()));
            List<Loads> all = new ArrayList<>();
            for (Loads pod : loads) {
                List<Nonce> pending =
                        pod.pending().stream().map(nonce -> name(names, nonce)).toList();
                all.add(new Loads(pending, pod.forgotten(), pod.recent()));
            }
            List<Reader> renamedReaders = readers.stream()
                    .map(reader -> new Reader(
                            reader.phase,
                            reader.nonce.equals(Nonce.NEVER) ? Nonce.NEVER : name(names, reader.nonce),
                            reader.value))
                    .toList();
            return new State(invalidated, key, renamed, List.copyOf(all), renamedReaders);
        }

        private static Nonce name(Map<Nonce, Nonce> names, Nonce nonce) {
            return names.computeIfAbsent(nonce, _ -> new Nonce(Integer.toString(names.size() + 1)));
        }
    }

    @Override
    public State start() {
        int count = pods.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
        return new State(
                false,
                0,
                Optional.empty(),
                Collections.nCopies(count, Loads.NONE),
                Collections.nCopies(pods.size(), Reader.COMING));
    }

    @Override
    public List<Move<State>> moves(State state) {
        List<Move<State>> moves = new ArrayList<>();
        if (!state.invalidated) {
            moves.add(Move.of(
                    "the source changes, DEL",
                    new State(true, 0, Optional.empty(), state.loads, state.readers).renumbered()));
        }
        if (overlap && state.fence.filter(RedisFence::leased).isPresent()) {
            Optional<RedisFence> over =
                    Optional.of(new RedisFence(state.fence.get().nonce(), false));
            moves.add(Move.of(
                    "the lease ends", new State(state.invalidated, state.key, over, state.loads, state.readers)));
        }
        forget(state, moves);
        for (int i = 0; i < pods.size(); i++) {
            read(state, i, moves);
        }
        return moves;
    }

    private void read(State state, int i, List<Move<State>> moves) {
        Reader reader = state.readers.get(i);
        int pod = pods.get(i);
        Loads loads = state.loads.get(pod);
        switch (reader.phase) {
            case COMES, WAITS -> {
                boolean leased = state.fence.isEmpty() || !state.fence.get().leased();
                if (state.key != 0) {
                    return;
                }
                Optional<RedisFence> fence = Optional.of(RedisFence.missed(state.fence, FRESH));
                if (leased || (reader.phase == Phase.WAITS && overlap)) {
                    Loads more = loads.begun(fence.get().nonce());
                    moves.add(Move.of(
                            i + " gets nil",
                            state.with(
                                    0,
                                    fence,
                                    pod,
                                    more,
                                    i,
                                    new Reader(Phase.LOADS, fence.get().nonce(), 0))));
                } else if (reader.phase == Phase.COMES) {
                    moves.add(Move.of(i + " waits", state.with(0, state.fence, pod, loads, i, Reader.WAITING)));
                }
            }
            case LOADS -> {
                int version = state.invalidated ? 2 : 1;
                int value = ownValues ? 100 * version + i : version;
                moves.add(Move.of(
                        i + " loads",
                        state.with(
                                state.key,
                                state.fence,
                                pod,
                                loads,
                                i,
                                new Reader(Phase.HAS_LOADED, reader.nonce, value))));
            }
            case HAS_LOADED -> {
                RedisFence.Filled<Integer> filled = written(state, loads.write(), reader.value);
                boolean isVoid = filled.value() == null;
                moves.add(Move.of(
                        (isVoid ? VOID : filled.reply().equals("OK") ? KEPT : "") + i + " SET " + filled.reply(),
                        state.with(
                                isVoid ? 0 : filled.value(),
                                isVoid && voidEndsLoad ? Optional.empty() : filled.fence(),
                                pod,
                                loads.written(),
                                i,
                                Reader.COMING)));
            }
        }
    }

    private static RedisFence.Filled<Integer> written(State state, FencedWrite write, int value) {
        return switch (write) {
            case Fill(Nonce nonce) -> RedisFence.filled(state.fence, state.key == 0 ? null : state.key, nonce, value);
            case Pipeline _ -> new RedisFence.Filled<>(null, Optional.empty(), "unexplained");
        };
    }

    /** {@return the nonces that a pod counts though no reader has such a load out: fenceTime ends that} */
    List<Nonce> over(State state, int pod) {
        List<Nonce> over = new ArrayList<>(state.loads.get(pod).pending());
        for (int i = 0; i < pods.size(); i++) {
            if (pods.get(i) == pod) {
                over.remove(state.readers.get(i).nonce);
            }
        }
        return over;
    }

    /** {@return whether no pod counts a load that is over} */
    boolean countsRight(State state) {
        return IntStream.range(0, state.loads.size())
                .allMatch(pod -> over(state, pod).isEmpty());
    }

    private void forget(State state, List<Move<State>> moves) {
        for (int pod = 0; pod < state.loads.size(); pod++) {
            Loads loads = state.loads.get(pod);
            for (Nonce nonce : over(state, pod)) {
                List<Nonce> pending = new ArrayList<>(loads.pending());
                pending.remove(nonce);
                State next = new State(
                        state.invalidated,
                        state.key,
                        state.fence,
                        Explorer.with(state.loads, pod, new Loads(pending, loads.forgotten(), loads.recent())),
                        state.readers);
                moves.add(Move.ofEnvironment("fenceTime passes since a nil of pod " + pod, next.renumbered()));
            }
        }
    }
}
