package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.WakeMessage;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears of loads that have ended, on a connection of its own that is made when somebody waits for the first time.
 *
 * <p>It only makes waits shorter: what is not heard, because the connection is lost or Redis's user may not subscribe, is
 * found by looking. So nothing is tried again here before the next reader waits.
 *
 * <p>Used on the event loop only.
 */
final class WakeSubscriber implements UpstreamOwner, ReplyTarget {

    private static final byte[] SUBSCRIBE = Handshake.ascii("SUBSCRIBE");
    private static final byte[] UNSUBSCRIBE = Handshake.ascii("UNSUBSCRIBE");
    private static final String MESSAGE = "message";

    private final Backend backend;
    private final EventLoop loop;
    private final BiConsumer<ByteBuffer, WakeMessage> woken;
    private final Set<ByteBuffer> keys = new HashSet<>();
    private final ByteBuf message = Unpooled.buffer();
    private @Nullable UpstreamConnection connection;

    /** @param woken takes keys of which a load has ended, or may have, and what was said of it */
    WakeSubscriber(Backend backend, EventLoop loop, BiConsumer<ByteBuffer, WakeMessage> woken) {
        this.backend = backend;
        this.loop = loop;
        this.woken = woken;
    }

    /** Somebody waits for a key. Once subscribed the key is said to be woken, as what came before was not heard. */
    void add(ByteBuffer key) {
        keys.add(key);
        UpstreamConnection open = connection;
        if (open == null) {
            if (backend.down() == null) {
                connection = backend.open(this, Backend.PLAIN, loop);
            }
        } else if (open.state() instanceof UpstreamState.Ready) {
            send(open, SUBSCRIBE, key);
            open.flushSoon();
        }
    }

    /** Nobody does any more. */
    void remove(ByteBuffer key) {
        UpstreamConnection open = connection;
        if (keys.remove(key) && open != null && open.state() instanceof UpstreamState.Ready) {
            send(open, UNSUBSCRIBE, key);
            open.flushSoon();
        }
    }

    private void send(UpstreamConnection open, byte[] verb, ByteBuffer key) {
        byte[] bytes = new byte[key.remaining()];
        key.duplicate().get(bytes);
        byte[] channel = FenceKeys.channel(bytes);
        CommandWriter.write(open.out().room(channel.length), verb, channel);
        open.expect(ReplySlot.Pass.NORMAL, this);
    }

    void close() {
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void upstreamReady() {
        UpstreamConnection open = connection;
        if (open != null) {
            keys.forEach(key -> send(open, SUBSCRIBE, key));
            open.flushSoon();
        }
    }

    @Override
    public void upstreamLost(UpstreamConnection lost, UpstreamFailure failure, boolean insideReply) {
        connection = null;
        message.clear();
    }

    @Override
    public ReplyTarget takesUnasked(boolean push) {
        return this;
    }

    @Override
    public boolean isUnasked(ReplyFramer reply, @Nullable ReplySlot next) {
        return reply.name().equals(MESSAGE);
    }

    @Override
    public boolean unasked(ReplyFramer reply, @Nullable ReplySlot next) {
        heard(true);
        return false;
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (reply.type().isError() || !reply.name().equals("subscribe")) {
            message.clear();
        } else {
            heard(false);
        }
    }

    /**
     * Both a message and a confirmation name the channel second.
     *
     * @param says whether there is a message third
     */
    private void heard(boolean says) {
        skipLine(message);
        message.skipBytes(length(message) + 2);
        ByteBuffer key = ByteBuffer.wrap(FenceKeys.keyOf(string(message)));
        WakeMessage what = says && keys.contains(key) ? WakeMessage.parse(string(message)) : WakeMessage.LOOK;
        message.clear();
        if (keys.contains(key)) {
            woken.accept(key, what);
        }
    }

    private static byte[] string(ByteBuf array) {
        byte[] string = new byte[length(array)];
        array.readBytes(string);
        array.skipBytes(2);
        return string;
    }

    private static int length(ByteBuf array) {
        array.skipBytes(1);
        int length = 0;
        for (byte digit = array.readByte(); digit != '\r'; digit = array.readByte()) {
            length = length * 10 + digit - '0';
        }
        array.skipBytes(1);
        return length;
    }

    private static void skipLine(ByteBuf array) {
        array.readerIndex(array.indexOf(array.readerIndex(), array.writerIndex(), (byte) '\n') + 1);
    }

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        message.writeBytes(in, from, to - from);
    }

    @Override
    public void upstreamWritable() {}

    @Override
    public void readComplete() {}

    @Override
    public boolean slowReplyIsHopeless(boolean othersWait) {
        return true;
    }

    @Override
    public void expected() {}

    @Override
    public void answered() {}

    @Override
    public void settle() {}

    @Override
    public void give(ReplySlot.Local local) {}

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {}

    @Override
    public void lost(boolean insideReply) {}
}
