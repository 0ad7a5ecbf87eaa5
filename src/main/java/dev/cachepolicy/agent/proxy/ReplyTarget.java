package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Who gets replies: a client. All calls come on its event loop, which is its upstream connections', too. */
interface ReplyTarget {

    /** A reply is due. */
    void expected();

    /** A reply that was due is no longer, because it is complete. */
    void answered();

    /** Bytes of a reply. The buffer may be kept until {@link #settle}. */
    void replyBytes(ByteBuf in, int from, int to);

    /** The buffer given last is about to be released. */
    void settle();

    /** A slot's reply is complete. */
    void replied(ReplySlot slot, ReplyFramer reply);

    /** It is the turn of a reply of the agent's own. */
    void give(ReplySlot.Local local);

    /** All that was there has been read. */
    void readComplete();

    /** The reply of a slot will not come. {@link #lost} follows when all slots have been told. */
    void failed(ReplySlot slot, @Nullable Observation observation, Loss loss);

    /** The same inside a reply of its client, whose connection will be closed: nothing may be given any more. */
    default void abandoned(ReplySlot slot, Loss loss) {}

    /**
     * The connection with the replies that were due is gone.
     *
     * @param insideReply whether a part of one was given whose rest will not come
     */
    void lost(boolean insideReply);
}
