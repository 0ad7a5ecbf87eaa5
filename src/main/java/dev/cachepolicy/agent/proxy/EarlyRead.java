package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A GET of a value whose time has come, as far as is known. Before it the agent asks for the key's lease, on the same
 * connection, so that the answer is there when the value comes:
 *
 * <pre>
 *   the lease is this reader's     the value is dropped, and it gets nil, under the lease's nonce: it loads
 *   the lease is another's         the value passes, and counts as stale if its policy serves such
 *   the value's time has not come  the value passes
 * </pre>
 *
 * <p>So nobody waits longer than for a value, and replies keep their order by themselves. Who knows that another loads
 * does not ask. Used on the client's event loop only.
 */
final class EarlyRead extends ForwardingTarget {

    /** What became of the lease. */
    private enum Lease {
        Mine,
        Others,
        None
    }

    private final ReplySlot.Reading reading;
    private final @Nullable Observation observation;
    private final Client client;
    private final ReplyRouter replies;
    private final UpstreamConnection upstream;
    private final Fences fences;
    private Lease lease = Lease.Others;
    private Nonce nonce = Nonce.NEVER;
    private boolean passes;
    private boolean begun;

    EarlyRead(
            ReplySlot.Reading reading, Client client, ReplyRouter replies, UpstreamConnection upstream, Fences fences) {
        super(replies);
        this.reading = reading;
        this.observation = reading.observation();
        this.client = client;
        this.replies = replies;
        this.upstream = upstream;
        this.fences = fences;
    }

    /** Writes what asks for the lease. */
    void ask(long mostMillis) {
        Fence.Read read = reading.read();
        Nonce fresh = fences.freshNonce();
        MissCommand.write(upstream, read.key(), read.policy().fencing(), fresh, mostMillis);
        upstream.expect(new ReplySlot.Missed(fresh), this);
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (slot instanceof ReplySlot.Missed) {
            asked(reply);
        } else if (lease == Lease.Mine && !passes) {
            giveNil();
        } else if (reply.length() < 0) {
            replies.replied(slot, reply);
        } else if (observation != null) {
            long nanos = System.nanoTime() - reading.arrival();
            if (lease == Lease.Others
                    && fencing().servesStale()
                    && !reply.type().isError()) {
                observation.stale(nanos);
            } else {
                observation.replied(reply, nanos);
            }
        }
    }

    private void asked(ReplyFramer reply) {
        byte[] key = reading.read().key();
        if (reply.type().isError()) {
            lease = Lease.None;
            if (reply.errorCode().equals("NOSCRIPT")) {
                upstream.forget(Script.MISS);
                fences.expiries().forget(key);
            } else {
                fences.refused(replies.endpoint(), reply.name());
            }
        } else if (reply.length() == 0) {
            lease = Lease.None;
            fences.expiries().forget(key);
        } else {
            nonce = MissCommand.nonce(reply);
            boolean mine = reply.integer() < 0;
            lease = mine ? Lease.Mine : Lease.Others;
            fences.expiries().loading(key, mine ? fencing().lockTimeout() : Duration.ofMillis(reply.integer()));
        }
    }

    private void giveNil() {
        fences.begun(reading.read(), nonce);
        if (client.gone) {
            return;
        }
        ReplyWriter.absent(client.out.room(0), Absent.Nil, 1, client.session.resp3());
        if (observation != null) {
            long nanos = System.nanoTime() - reading.arrival();
            if (fencing().servesStale()) {
                observation.missed(nanos);
            } else {
                observation.early(nanos);
            }
        }
    }

    private Fencing fencing() {
        return reading.read().policy().fencing();
    }

    /** An error passes, whoever has the lease. */
    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        if (!begun) {
            begun = true;
            passes = lease != Lease.Mine || in.getByte(from) == '-';
        }
        if (passes) {
            replies.replyBytes(in, from, to);
        }
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation unused, Loss loss) {
        replies.failed(slot, observation, loss);
    }
}
