package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Invalidation;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write that makes other keys stale, until these are removed: its reply waits for that, so that who is answered can be
 * sure of it. They are removed behind the write, on the same connection, fences first; in front of it a load could begin
 * between the two, with what the write replaces.
 *
 * <p>If the connection is lost before Redis has answered, the keys are owed to it: they are removed before anybody of this
 * pod reads again.
 */
final class TriggeringWrite extends ForwardingTarget implements ClientOutput.Keeper {

    private static final byte[] UNLINK = Handshake.ascii("UNLINK");

    private final List<byte[]> stale;
    private final Client client;
    private final UpstreamConnection upstream;
    private final Settings settings;
    private ClientOutput.@Nullable Place place;

    TriggeringWrite(
            List<byte[]> stale, Client client, ReplyRouter replies, UpstreamConnection upstream, Settings settings) {
        super(replies);
        this.stale = stale;
        this.client = client;
        this.upstream = upstream;
        this.settings = settings;
    }

    /** The write is about to be sent. */
    void begin() {
        if (client.due == 0) {
            keepPlace();
        } else {
            upstream.expect(new ReplySlot.Local(Unpooled.EMPTY_BUFFER, false), this);
        }
    }

    private void keepPlace() {
        if (!client.gone) {
            place = client.out.keepPlace(this);
        }
    }

    /** It was sent. */
    void end(FencedCommands fenced) {
        fenced.lift(stale, upstream);
        unlink(stale, upstream);
        upstream.expect(ReplySlot.Swallow.INSTANCE, this);
    }

    /** Writes what removes keys. */
    static void unlink(List<byte[]> keys, UpstreamConnection upstream) {
        CommandWriter.begin(upstream.out().room(0), keys.size() + 1);
        upstream.argument(UNLINK);
        keys.forEach(upstream::argument);
    }

    /** All replies before the write's are given. */
    @Override
    public void give(ReplySlot.Local local) {
        keepPlace();
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (reply.type().isError()) {
            settings.fences().refused(settings.backend().endpoint(), reply.name());
        }
        release();
    }

    private void release() {
        if (place != null) {
            place.close();
        }
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {
        if (slot instanceof ReplySlot.Swallow) {
            owe(loss.address());
            release();
        }
    }

    @Override
    public void abandoned(ReplySlot slot, Loss loss) {
        if (slot instanceof ReplySlot.Swallow) {
            owe(loss.address());
        }
    }

    private void owe(@Nullable String doubted) {
        owe(stale, settings, doubted);
    }

    /**
     * Keys are stale, and Redis cannot be told now.
     *
     * @param doubted address of the connection on which it may have been told
     */
    static void owe(List<byte[]> stale, Settings settings, @Nullable String doubted) {
        if (!stale.isEmpty()) {
            settings.backend().gate().remember(new Invalidation(stale, false), settings.rules(), doubted);
        }
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {}

    /** One more round trip; there is nothing to give sooner. */
    @Override
    public void blocks() {}

    /** More is kept than may be, which is more than the reply of a write. */
    @Override
    public void mustEnd() {
        release();
    }

    @Override
    public void gone() {}
}
