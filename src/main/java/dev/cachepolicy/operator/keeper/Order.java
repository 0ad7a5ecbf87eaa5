package dev.cachepolicy.operator.keeper;

/** What a keeper is to do from now on; a later order replaces an earlier one, but nothing is kept again after a restore. */
sealed interface Order {

    /** An order that needs its Redis. */
    sealed interface Standing extends Order {
        RedisTarget target();
    }

    record Keep(RedisTarget target) implements Standing {}

    record Restore(RedisTarget target, ActualSettings original) implements Standing {}

    /** @param giveUp whether other backends may have the Redis; false: another replica of the operator goes on */
    record Stop(boolean giveUp) implements Order {}
}
