package dev.cachepolicy.operator.keeper;

/** Whether this backend may change the settings of its Redis. */
sealed interface Authority {

    /** It observes, as its spec says. */
    record Observer() implements Authority {}

    /**
     * Another backend owns this Redis.
     *
     * @param holder who, in words
     */
    record HeldBy(String holder) implements Authority {}

    /** It owns this Redis. */
    record Owner() implements Authority {}
}
