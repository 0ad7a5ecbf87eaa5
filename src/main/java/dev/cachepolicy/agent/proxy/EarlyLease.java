package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.FencedPolicy;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ReplyFramer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lease of a value whose time has come, as far as is known, for one reader. The agent asks for it before it sends the
 * read, on the same connection, so that the answer is there when the value comes:
 *
 * <pre>
 *   the lease is this reader's     it is given nil in the value's place, under the lease's nonce, and loads
 *   the lease is another's         it gets the value, which counts as stale if its policy serves such
 *   the value's time has not come  it gets the value
 * </pre>
 *
 * <p>So nobody waits for longer than the value takes, and replies keep their order by themselves. Of whom it is known that
 * another loads does not ask. Used on the client's event loop only.
 */
final class EarlyLease extends ForwardingTarget {

    private enum Holder {
        Me,
        Another,
        Nobody
    }

    private final byte[] key;
    private final FencedPolicy policy;
    private final ReplyRouter replies;
    private final UpstreamConnection upstream;
    private final Fences fences;
    private Holder holder = Holder.Another;
    private Nonce nonce = Nonce.NEVER;

    EarlyLease(byte[] key, FencedPolicy policy, ReplyRouter replies, UpstreamConnection upstream, Fences fences) {
        super(replies);
        this.key = key;
        this.policy = policy;
        this.replies = replies;
        this.upstream = upstream;
        this.fences = fences;
    }

    /**
     * Writes what asks for it.
     *
     * @param mostMillis that the value may have to live if it is to be loaded
     */
    void ask(long mostMillis) {
        Nonce fresh = fences.freshNonce();
        MissCommand.write(upstream, key, policy.fencing(), fresh, mostMillis);
        upstream.expect(new ReplySlot.Missed(fresh), this);
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (reply.type().isError()) {
            refused(reply);
        } else if (reply.length() == 0) {
            holder = Holder.Nobody;
            fences.expiries().forget(key);
        } else {
            boolean mine = reply.integer() < 0;
            holder = mine ? Holder.Me : Holder.Another;
            nonce = MissCommand.nonce(reply);
            fences.expiries().loading(key, mine ? policy.fencing().lockTimeout() : Duration.ofMillis(reply.integer()));
        }
    }

    private void refused(ReplyFramer reply) {
        holder = Holder.Nobody;
        if (reply.errorCode().equals("NOSCRIPT")) {
            upstream.forget(Script.MISS);
            fences.expiries().forget(key);
        } else {
            fences.refused(replies.endpoint(), reply.name());
        }
    }

    /** The read stands behind it, and is answered. */
    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {}

    /** {@return whether the reader loads the value} */
    boolean isMine() {
        return holder == Holder.Me;
    }

    /** {@return whether a value counts as stale} */
    boolean isStale() {
        return holder == Holder.Another && policy.fencing().servesStale();
    }

    /** {@return whether who loads the value does so before its time is over} */
    boolean isEarly() {
        return !policy.fencing().servesStale();
    }

    /** {@return under which the reader loads} */
    Nonce nonce() {
        return nonce;
    }
}
