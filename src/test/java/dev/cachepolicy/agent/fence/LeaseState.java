package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.util.List;

/**
 * A state of {@link LeaseModel}.
 *
 * @param source the version that the source has
 * @param key the version that the key has, 0 for none
 * @param at where each program is
 * @param nonces the next nonce
 * @param restarted whether an agent has restarted
 */
record LeaseState<F, P>(int source, int key, F fence, List<P> pods, List<At> at, int nonces, boolean restarted) {

    enum Phase {
        BEGINS,
        LOADS,
        HAS_LOADED,
        WAITS,
        DONE
    }

    /** What a command makes of the version that a key has. */
    enum Effect {
        REMOVES,
        STORES,
        STORES_IF_ABSENT,
        STORES_IF_PRESENT,
        INCREMENTS;

        int on(int key, int value) {
            return switch (this) {
                case REMOVES -> 0;
                case STORES -> value;
                case STORES_IF_ABSENT -> key == 0 ? value : key;
                case STORES_IF_PRESENT -> key == 0 ? 0 : value;
                case INCREMENTS -> key + 1;
            };
        }
    }

    /**
     * @param phase of a reader
     * @param op the next of a writer
     * @param rest commands of a pipeline that are still to come; {@code value} goes with them
     * @param effect of the application's own command, if it is among {@code rest}
     * @param counted whether its pod counted the nil that began its load
     */
    record At(Phase phase, int op, int value, boolean doomed, List<Step> rest, Effect effect, boolean counted) {

        static final At START = reader(Phase.BEGINS);
        static final At WAITING = reader(Phase.WAITS);
        static final At END = reader(Phase.DONE);

        private static At reader(Phase phase) {
            return new At(phase, 0, 0, false, List.of(), Effect.REMOVES, true);
        }

        static At loads(boolean counted) {
            return new At(Phase.LOADS, 0, 0, false, List.of(), Effect.REMOVES, counted);
        }

        /** {@return whether its load is out} */
        boolean isOut() {
            return phase == Phase.LOADS || phase == Phase.HAS_LOADED;
        }

        At loaded(int version) {
            return new At(Phase.HAS_LOADED, 0, version, doomed, List.of(), Effect.REMOVES, counted);
        }

        At next(int version) {
            return new At(phase, op + 1, version, false, List.of(), Effect.REMOVES, counted);
        }

        At then(List<Step> commands, Effect of) {
            return new At(phase, op, value, doomed, commands, of, counted);
        }

        At doom() {
            return isOut() ? new At(phase, op, value, true, rest, effect, counted) : this;
        }
    }

    LeaseState<F, P> redis(int newKey, F newFence) {
        return new LeaseState<>(source, newKey, newFence, pods, at, nonces, restarted);
    }

    LeaseState<F, P> at(int program, At there) {
        return new LeaseState<>(source, key, fence, pods, Explorer.with(at, program, there), nonces, restarted);
    }

    LeaseState<F, P> pod(int pod, P knows) {
        return new LeaseState<>(source, key, fence, Explorer.with(pods, pod, knows), at, nonces, restarted);
    }

    LeaseState<F, P> sourceChanged() {
        return new LeaseState<>(source + 1, key, fence, pods, at, nonces, restarted);
    }

    LeaseState<F, P> nonceTaken(int nonce) {
        return new LeaseState<>(source, key, fence, pods, at, Math.max(nonces, nonce + 1), restarted);
    }

    LeaseState<F, P> doomed() {
        List<At> all = at.stream().map(At::doom).toList();
        return new LeaseState<>(source, key, fence, pods, all, nonces, restarted);
    }
}
