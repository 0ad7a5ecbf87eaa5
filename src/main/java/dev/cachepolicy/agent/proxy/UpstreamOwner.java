package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Whom an upstream connection serves. All calls come on its event loop. */
interface UpstreamOwner {

    /** Commands may be sent. */
    void upstreamReady();

    /**
     * The connection is gone; its slots are still there, unanswered.
     *
     * @param insideReply whether the owner got a part of a reply whose rest will not come
     */
    void upstreamLost(UpstreamFailure failure, boolean insideReply);

    /**
     * A slow reply takes longer than {@link ProxyOptions#busyThreshold}.
     *
     * @param othersWait whether replies are due behind it
     * @return whether it is not worth waiting for
     */
    default boolean slowReplyIsHopeless(boolean othersWait) {
        return false;
    }

    /** {@return whether something may come now although no reply is due} */
    default boolean takesUnasked() {
        return false;
    }

    /** Bytes of a reply for the client. The buffer may be kept until {@link #settle}. */
    default void replyBytes(ByteBuf in, int from, int to) {}

    /** The buffer given last is about to be released. */
    default void settle() {}

    /** A slot's reply is complete. */
    default void replied(ReplySlot slot, ReplyFramer reply) {}

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

    /** All that was there has been read. */
    default void readComplete() {}

    /** The connection has become writable, or is no longer. */
    default void upstreamWritable() {}
}
