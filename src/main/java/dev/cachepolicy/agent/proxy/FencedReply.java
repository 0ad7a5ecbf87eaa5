package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FenceCounters.VoidFill;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a SET in whose place something else was sent: a script that stores the value or removes the key, or an
 * UNLINK. The application is answered OK, as its own command would have been; an error is passed on.
 *
 * <p>If Redis has lost the script, or its user may not run it, the value is gone by now. What is right without it is that
 * the key has none. The reply keeps its place meanwhile.
 */
final class FencedReply extends ForwardingTarget implements ClientOutput.Keeper {

    private static final byte[] UNLINK = Handshake.ascii("UNLINK");

    private final Fence.Store store;
    private final VoidFill reason;
    private final List<FollowUp> followUps;
    private final ReplyRouter replies;
    private final Client client;
    private final UpstreamConnection upstream;
    private final Settings settings;
    private final ByteBuf bytes = Unpooled.buffer(0);
    private ClientOutput.@Nullable Place place;

    /**
     * @param reason that it is counted with if Redis says that the value was not stored
     * @param followUps that the SET would have had
     */
    FencedReply(
            Fence.Store store,
            VoidFill reason,
            List<FollowUp> followUps,
            ReplyRouter replies,
            Client client,
            UpstreamConnection upstream,
            Settings settings) {
        super(replies);
        this.store = store;
        this.reason = reason;
        this.followUps = followUps;
        this.replies = replies;
        this.client = client;
        this.upstream = upstream;
        this.settings = settings;
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (place == null && reply.errorCode().equals("NOSCRIPT")) {
            upstream.forget(Script.FILL);
            remove(FenceKeys.fence(store.key()), store.key());
            return;
        }
        if (place == null && reply.errorCode().equals("NOPERM")) {
            settings.fences().refused(settings.backend().endpoint(), reply.name());
            remove(store.key());
            return;
        }
        if (!client.gone) {
            give(reply);
        }
        if (!followUps.isEmpty()) {
            replies.followUp(reply.type().isError() ? List.of() : followUps);
        }
        if (reply.name().equals("VOID")) {
            store.policy().counters().voidFill(reason);
            waits().voided(store);
        } else if (!reply.type().isError()) {
            waits().filled(store.key());
        }
    }

    private void remove(byte[]... keys) {
        bytes.clear();
        store.policy().counters().voidFill(VoidFill.Unknown);
        if (!client.gone) {
            place = client.out.keepPlace(this);
        }
        byte[][] command = new byte[keys.length + 1][];
        command[0] = UNLINK;
        System.arraycopy(keys, 0, command, 1, keys.length);
        CommandWriter.write(upstream.out().room(store.key().length), command);
        upstream.expect(ReplySlot.Pass.NORMAL, this);
    }

    private void give(ReplyFramer reply) {
        ByteBuf out = place == null ? client.out.room(bytes.readableBytes()) : place.room(bytes.readableBytes());
        if (reply.type().isError()) {
            out.writeBytes(bytes);
        } else {
            ReplyWriter.status(out, "OK");
        }
        closePlace();
    }

    private void closePlace() {
        if (place != null) {
            place.close();
        }
    }

    private Waits waits() {
        return settings.backend().waits(upstream.loop());
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        bytes.writeBytes(in, from, to - from);
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {
        if (place == null) {
            replies.failed(slot, observation, loss);
        } else if (!client.gone) {
            replies.substitute(place.room(0), null, observation, loss);
            closePlace();
        }
    }

    /** One more round trip; there is nothing to give sooner. */
    @Override
    public void blocks() {}

    @Override
    public void mustEnd() {}

    @Override
    public void gone() {}
}
