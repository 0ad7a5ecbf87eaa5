package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.ElementListener;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply that is due, and what is done with it. Slots stand in the order of the commands; that is all that pairs them. */
sealed interface ReplySlot {

    /** Goes to the client. */
    record Pass(Pace pace) implements ReplySlot {

        static final Pass NORMAL = new Pass(Pace.Normal);

        static Pass of(Pace pace) {
            return pace == Pace.Normal ? NORMAL : new Pass(pace);
        }
    }

    /** Answers a command of the agent's own. */
    record Swallow() implements ReplySlot {

        static final Swallow INSTANCE = new Swallow();
    }

    /**
     * Goes to the client, except a nil: that begins a load, and is given later or not at all.
     *
     * @param arrival of the command, in {@link System#nanoTime}
     */
    record Reading(Fence.Read read, @Nullable Observation observation, long arrival) implements ReplySlot {}

    /**
     * Goes to the client when it is known under which nonces its nils begin loads.
     *
     * @param elements looks at the elements
     */
    record ReadingAll(Fence.ReadAll read, ElementListener elements) implements ReplySlot {}

    /** Tells whether its reader loads or waits. */
    record Missed(Nonce fresh) implements ReplySlot {}

    /** Tells when a key expires. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Expiring(byte[] key) implements ReplySlot {}

    /** Tells how many loads of these keys the agent's own UNLINK of their fences has ended. */
    record Lifted(List<byte[]> keys) implements ReplySlot {}

    /** Goes to the client; the follow-ups become due unless it is an error. */
    record FollowedUp(List<FollowUp> followUps, Pace pace) implements ReplySlot {}

    /** Answers a follow-up. */
    record Followed(FollowUp followUp) implements ReplySlot {}

    /** Answers a command in a transaction: Redis has queued it, or refuses it. */
    record Queueing(Transaction transaction, Transaction.@Nullable Queued command) implements ReplySlot {}

    /** EXEC's. */
    record Executing(Transaction transaction) implements ReplySlot {}

    /** Decides whether a change of the session has happened; until then no later command is sent. */
    record Settling(Runnable agreed) implements ReplySlot {}

    /** As many confirmations as a SUBSCRIBE or UNSUBSCRIBE has names, or all that there are. */
    final class Confirming implements ReplySlot {

        private int missing;

        /** @param names 0: ends all subscriptions of its kind */
        Confirming(int names) {
            missing = names;
        }

        /** {@return whether this was the last} */
        boolean confirmed(long left) {
            return missing == 0 ? left == 0 : --missing == 0;
        }
    }

    /** A reply of the agent's own that waits for its turn. */
    record Local(ByteBuf reply, boolean closes) implements ReplySlot {}

    /** QUIT's: the connection ends behind it. */
    record Closing() implements ReplySlot {}

    /** Everything that comes goes to the client as it is. */
    record Stream() implements ReplySlot {}

    /** {@return whether the client gets the reply} */
    default boolean passes() {
        return !(this instanceof Swallow
                || this instanceof Followed
                || this instanceof Expiring
                || this instanceof Lifted
                || this instanceof Missed);
    }

    /** {@return who looks at the elements of the reply} */
    default ElementListener listener() {
        return switch (this) {
            case Executing(Transaction transaction) -> transaction;
            case ReadingAll reading -> reading.elements();
            default -> ElementListener.NONE;
        };
    }

    /** {@return how long Redis may take for the reply} */
    default Pace pace() {
        return switch (this) {
            case Executing executing -> executing.transaction().slow ? Pace.Slow : Pace.Normal;
            case Stream _ -> Pace.Blocking;
            default -> Pace.Normal;
        };
    }
}
