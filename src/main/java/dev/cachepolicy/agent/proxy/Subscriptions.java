package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ReplyFramer;

/**
 * How many channels, patterns and shard channels a connection is subscribed to. Redis says so itself: every confirmation
 * carries the sum of channels and patterns, or the number of shard channels, so no names need be kept.
 */
record Subscriptions(long channels, long patterns, long shards) {

    static final Subscriptions NONE = new Subscriptions(0, 0, 0);

    boolean any() {
        return channels > 0 || patterns > 0 || shards > 0;
    }

    /** {@return whether a message begins like this} */
    static boolean isMessage(String name) {
        return switch (name) {
            case "message", "pmessage", "smessage" -> true;
            default -> false;
        };
    }

    /** {@return whether a confirmation of a subscription or its end begins like this} */
    static boolean isConfirmation(String name) {
        return switch (name) {
            case "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe" -> true;
            default -> false;
        };
    }

    /** {@return what holds after a confirmation} */
    Subscriptions confirmed(ReplyFramer confirmation) {
        long count = confirmation.integer();
        return switch (confirmation.name()) {
            case "subscribe", "unsubscribe" -> new Subscriptions(count - patterns, patterns, shards);
            case "psubscribe", "punsubscribe" -> new Subscriptions(channels, count - channels, shards);
            default -> new Subscriptions(channels, patterns, count);
        };
    }

    /** {@return how many there are of the kind that a confirmation is about} */
    long of(String confirmationName) {
        return switch (confirmationName) {
            case "subscribe", "unsubscribe" -> channels;
            case "psubscribe", "punsubscribe" -> patterns;
            default -> shards;
        };
    }
}
