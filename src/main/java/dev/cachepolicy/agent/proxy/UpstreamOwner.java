package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ReplyFramer;
import org.jspecify.annotations.Nullable;

/** Who has an upstream connection: a client that needs one for itself, or what all others share. All calls come on its event loop. */
interface UpstreamOwner {

    /** Commands may be sent. */
    void upstreamReady();

    /**
     * The connection is gone; its slots are still there, unanswered.
     *
     * @param insideReply whether the target of the first slot got a part of a reply whose rest will not come
     */
    void upstreamLost(UpstreamConnection connection, UpstreamFailure failure, boolean insideReply);

    /**
     * A slow reply takes longer than {@link ProxyOptions#busyThreshold}.
     *
     * @param othersWait whether replies are due behind it
     * @return whether it is not worth waiting for
     */
    default boolean slowReplyIsHopeless(boolean othersWait) {
        return false;
    }

    /**
     * {@return who gets something that begins now and answers nothing, null: nobody}
     *
     * @param push whether it says so itself, as RESP3 has it
     */
    default @Nullable ReplyTarget takesUnasked(boolean push) {
        return null;
    }

    /**
     * {@return whether a complete reply is none, but something that Redis sends of its own accord}
     *
     * @param next the slot that it would otherwise be for
     */
    default boolean isUnasked(ReplyFramer reply, @Nullable ReplySlot next) {
        return false;
    }

    /** {@return whether what was unasked completes a slot all the same, as confirmations of a subscription do} */
    default boolean unasked(ReplyFramer reply, @Nullable ReplySlot next) {
        return false;
    }

    /** All that was there has been read, and who got some of it has been told. */
    default void readComplete() {}

    /** The connection has become writable, or is no longer. */
    default void upstreamWritable() {}
}
