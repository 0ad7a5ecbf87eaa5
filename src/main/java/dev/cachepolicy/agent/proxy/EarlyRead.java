package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A GET of a value whose time has come: what it is given is decided by the key's {@link EarlyLease}. */
final class EarlyRead extends ForwardingTarget {

    private final ReplySlot.Reading reading;
    private final @Nullable Observation observation;
    private final EarlyLease lease;
    private final Client client;
    private final ReplyRouter replies;
    private final Fences fences;
    private boolean begun;
    private boolean passes;

    EarlyRead(ReplySlot.Reading reading, EarlyLease lease, Client client, ReplyRouter replies, Fences fences) {
        super(replies);
        this.reading = reading;
        this.observation = reading.observation();
        this.lease = lease;
        this.client = client;
        this.replies = replies;
        this.fences = fences;
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (lease.isMine() && !passes) {
            giveNil();
        } else if (reply.length() < 0) {
            replies.replied(slot, reply);
        } else if (observation != null) {
            long nanos = System.nanoTime() - reading.arrival();
            if (lease.isStale() && !reply.type().isError()) {
                observation.stale(nanos);
            } else {
                observation.replied(reply, nanos);
            }
        }
    }

    private void giveNil() {
        fences.begun(reading.read(), lease.nonce());
        if (client.gone) {
            return;
        }
        client.giveNil();
        if (observation != null) {
            long nanos = System.nanoTime() - reading.arrival();
            if (lease.isEarly()) {
                observation.early(nanos);
            } else {
                observation.missed(nanos);
            }
        }
    }

    /** An error passes, whoever has the lease. */
    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        if (!begun) {
            begun = true;
            passes = !lease.isMine() || in.getByte(from) == '-';
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
