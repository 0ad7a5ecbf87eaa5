package dev.cachepolicy.operator.keeper;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a keeper is to do from now on; a later order replaces an earlier one, but nothing is kept again after a restore. */
sealed interface Order {

    /** An order that needs its Redis. */
    sealed interface Standing extends Order {
        RedisTarget target();

        /** {@return whether the keeper ends once this is done, since the backend is gone} */
        default boolean isLast() {
            return false;
        }

        /** {@return whether it is given up by now} */
        default boolean isOverdue(Instant now) {
            return false;
        }
    }

    record Keep(RedisTarget target) implements Standing {}

    /** @param until when the keeper gives up and ends; null: it waits for another order */
    record Restore(
            RedisTarget target,
            ActualSettings original,
            @Nullable Instant until) implements Standing {

        @Override
        public boolean isLast() {
            return until != null;
        }

        @Override
        public boolean isOverdue(Instant now) {
            return until != null && now.isAfter(until);
        }
    }

    /** @param giveUp whether other backends may have the Redis; false: another replica of the operator goes on */
    record Stop(boolean giveUp) implements Order {}

    /**
     * {@return what is left to do when the backend is gone}
     *
     * @param until when a restoration gives up
     */
    default Order onRelease(Instant until) {
        if (!(this instanceof Keep(RedisTarget target)) || !target.restoredOnRelease() || !target.managed()) {
            return new Stop(true);
        }
        ActualSettings original = target.original();
        return original == null ? new Stop(true) : new Restore(target, original, until);
    }
}
