package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.Explorer.Move;
import dev.cachepolicy.agent.fence.ServeStaleState.Deleter;
import dev.cachepolicy.agent.fence.ServeStaleState.Reader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key under ServeStale, readers of it, and programs that change its source and DEL it, while time goes on. What a pod
 * knows of the key's expiry is a hint that may be anything: each reader is given every {@link Advice}, whatever the time.
 *
 * @param pods the pod of each reader
 * @param lost whether Redis may lose the key or the fence before their time
 */
record ServeStaleModel(List<Integer> pods, int deleters, boolean lost, Fault fault)
        implements Explorer.Model<ServeStaleState> {

    /** What is otherwise than in the agent. */
    enum Fault {
        NONE,
        /** A fill of the value that is there makes it live longer. */
        KEPT_REFRESHES,
        /** A reader loads a value whose time has come, and takes no lease. */
        EARLY_WITHOUT_LEASE,
        /** Who misses has the lease, whoever else has it. */
        FENCE_IGNORED,
        /** DEL does not lift the fence. */
        FENCE_STAYS
    }

    @Override
    public ServeStaleState start() {
        int count = pods.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
        return new ServeStaleState(
                1,
                TimedRedis.EMPTY.withKey(1),
                Collections.nCopies(count, PodMemory.NOTHING),
                Collections.nCopies(pods.size(), Reader.BEGINNING),
                Collections.nCopies(deleters, Deleter.BEGINS));
    }

    @Override
    public @Nullable String wrongAtRest(ServeStaleState state) {
        int key = state.redis().key();
        return key == 0 || key == state.source()
                ? null
                : "at rest the key has version " + key + ", the source " + state.source();
    }

    @Override
    public Object identity(ServeStaleState state) {
        return state.identity(pods);
    }

    @Override
    public List<Move<ServeStaleState>> moves(ServeStaleState state) {
        List<Move<ServeStaleState>> moves = new ArrayList<>();
        if (state.mayTick()) {
            moves.add(Move.ofEnvironment("a tick", state.tick()));
        }
        if (lost) {
            moves.add(Move.ofEnvironment(
                    "the key is evicted", state.redis(state.redis().withoutKey())));
            moves.add(Move.ofEnvironment(
                    "the fence is evicted", state.redis(state.redis().withoutFence())));
        }
        for (int i = 0; i < deleters; i++) {
            delete(state, i, moves);
        }
        ServeStaleReaders readers = new ServeStaleReaders(pods, fault);
        for (int i = 0; i < pods.size(); i++) {
            readers.read(state, i, moves);
        }
        return moves;
    }

    private void delete(ServeStaleState state, int i, List<Move<ServeStaleState>> moves) {
        String name = "D#" + i;
        switch (state.deleters().get(i)) {
            case BEGINS ->
                moves.add(Move.of(
                        name + " changes the source",
                        state.deleter(i, Deleter.HAS_CHANGED_SOURCE, state.source() + 1)));
            case HAS_CHANGED_SOURCE -> {
                TimedRedis lifted = fault == Fault.FENCE_STAYS
                        ? state.redis()
                        : state.redis().withoutFence();
                moves.add(Move.of(
                        name + " DEL, the fence",
                        state.doomed().redis(lifted).deleter(i, Deleter.HAS_LIFTED_FENCE, state.source())));
            }
            case HAS_LIFTED_FENCE ->
                moves.add(Move.of(
                        name + " DEL, the key",
                        state.redis(state.redis().withoutKey()).deleter(i, Deleter.DONE, state.source())));
            case DONE -> {}
        }
    }
}
