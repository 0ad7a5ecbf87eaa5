package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.LeaseState.Effect;
import java.util.List;

/**
 * A client of an application, in a {@link LeaseModel}.
 *
 * @param ops what a writer does, in this order; empty for a reader
 * @param together whether it stores this key and another by MSET
 */
record Program(String name, int pod, List<Op> ops, boolean together) {

    enum Op {
        CHANGE_SOURCE(Effect.REMOVES),
        DEL(Effect.REMOVES),
        SET(Effect.STORES),
        /** SET with KEEPTTL or GET, GETSET. */
        SET_KEEPING_TTL(Effect.STORES),
        /** SET with NX. */
        SET_IF_ABSENT(Effect.STORES_IF_ABSENT),
        /** SET with XX. */
        SET_IF_PRESENT(Effect.STORES_IF_PRESENT),
        INCR(Effect.INCREMENTS),
        /** SET of this key and of another by one command; see {@link TwoKeysModel}. */
        MSET(Effect.STORES);

        private final Effect effect;

        Op(Effect effect) {
            this.effect = effect;
        }

        Effect effect() {
            return effect;
        }
    }

    boolean reads() {
        return ops.isEmpty();
    }
}
