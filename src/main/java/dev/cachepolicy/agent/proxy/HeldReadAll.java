package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FencedPolicy;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.ElementListener;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reply of an MGET, until it is known under which nonces its nils begin loads. It does not wait for the loads of
 * others: one key that is slow would hold back all. Of values whose time has come it asks for the leases before, as
 * {@link EarlyLease} has it, and gives nil for those that it gets.
 *
 * <p>A reply that is too long to keep is passed on as it comes; what is loaded after its nils is then not stored.
 */
final class HeldReadAll extends ForwardingTarget implements ElementListener, ClientOutput.Keeper {

    private final Fence.ReadAll read;
    private final @Nullable Observation observation;
    private final Client client;
    private final ReplyRouter replies;
    private final UpstreamConnection upstream;
    private final Settings settings;
    private final ByteBuf kept = Unpooled.buffer();
    private final boolean[] nils;
    private final Map<Integer, EarlyLease> early = new HashMap<>(0);
    private ClientOutput.@Nullable Place place;
    private boolean tooLong;
    private int asked;

    HeldReadAll(
            Fence.ReadAll read,
            @Nullable Observation observation,
            Client client,
            ReplyRouter replies,
            UpstreamConnection upstream,
            Settings settings) {
        super(replies);
        this.read = read;
        this.observation = observation;
        this.client = client;
        this.replies = replies;
        this.upstream = upstream;
        this.settings = settings;
        this.nils = new boolean[read.keys().size()];
    }

    /** The time of this key's value has come; before the reply. */
    void early(int index, EarlyLease lease) {
        early.put(index, lease);
    }

    private boolean isLeased(int index) {
        EarlyLease lease = early.get(index);
        return lease != null && lease.isMine();
    }

    @Override
    public void element(int index, ReplyType type, long length) {
        if (observation != null) {
            count(observation, index, type, length);
        }
        if (index < nils.length) {
            nils[index] = length < 0;
        }
    }

    private void count(Observation of, int index, ReplyType type, long length) {
        EarlyLease lease = length < 0 ? null : early.get(index);
        if (lease != null && lease.isMine()) {
            of.loadedElement(index, lease.isEarly());
        } else if (lease != null && lease.isStale()) {
            of.staleElement(index);
        } else {
            of.element(index, type, length);
        }
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        if (client.gone) {
            return;
        }
        if (place == null) {
            place = client.out.keepPlace(this);
        }
        if (tooLong) {
            place.take(in, from, to);
            return;
        }
        kept.writeBytes(in, from, to - from);
        if (kept.readableBytes() > ClientOutput.MOST_KEPT) {
            passOn();
        }
    }

    private void passOn() {
        tooLong = true;
        settings.fences().begunInVain(read);
        give();
    }

    private void give() {
        if (place != null && kept.isReadable()) {
            boolean keeps = tooLong || kept.getByte(0) == '-' || early.isEmpty();
            ByteBuf reply = keeps ? kept : LeasedElements.without(kept, this::isLeased, client.session.resp3());
            place.take(reply, 0, reply.writerIndex());
            client.out.settle();
            kept.clear();
        }
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (slot instanceof ReplySlot.ReadingAll) {
            if (!tooLong && !reply.type().isError()) {
                early.forEach((index, lease) -> {
                    if (lease.isMine()) {
                        settings.fences().begun(read, index, lease.nonce());
                    }
                });
                for (int i = 0; i < nils.length; i++) {
                    ask(i);
                }
            }
        } else {
            asked--;
        }
        if (asked == 0) {
            end();
        }
    }

    private void ask(int index) {
        FencedPolicy policy = read.policies().get(index);
        if (!nils[index] || policy == null || isLeased(index)) {
            return;
        }
        byte[] key = read.keys().get(index);
        if (settings.fences().isNewlyFenced(key, policy)) {
            settings.fences().begun(read, index, Nonce.NEVER);
            return;
        }
        asked++;
        Nonce fresh = settings.fences().freshNonce();
        MissCommand.write(upstream, key, policy.fencing(), fresh, MissCommand.ONLY_IF_ABSENT);
        upstream.expect(new ReplySlot.Missed(fresh), new Answer(index));
    }

    private void end() {
        give();
        if (place != null) {
            place.close();
        }
    }

    /** Takes the nonce of one nil. */
    private final class Answer extends ForwardingTarget {

        private final int index;

        Answer(int index) {
            super(replies);
            this.index = index;
        }

        @Override
        public void replied(ReplySlot slot, ReplyFramer reply) {
            if (reply.errorCode().equals("NOSCRIPT")) {
                upstream.forget(Script.MISS);
                ask(index);
            } else {
                settings.fences().begun(read, index, MissCommand.nonce(reply));
            }
            HeldReadAll.this.replied(slot, reply);
        }

        @Override
        public void failed(ReplySlot slot, @Nullable Observation unused, Loss loss) {
            settings.fences().begun(read, index, Nonce.NEVER);
            if (--asked == 0) {
                end();
            }
        }
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation unused, Loss loss) {
        replies.failed(slot, observation, loss);
    }

    /** One more round trip; there is nothing to give sooner. */
    @Override
    public void blocks() {}

    @Override
    public void mustEnd() {}

    @Override
    public void gone() {}
}
