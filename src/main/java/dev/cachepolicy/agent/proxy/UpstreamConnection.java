package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.proxy.Handshake.Step;
import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import dev.cachepolicy.agent.proxy.UpstreamState.Closed;
import dev.cachepolicy.agent.proxy.UpstreamState.Connecting;
import dev.cachepolicy.agent.proxy.UpstreamState.Handshaking;
import dev.cachepolicy.agent.proxy.UpstreamState.Ready;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis, from its making to its end: what is sent on it, what is due, and when it is given up. What comes on
 * it is the matter of {@link UpstreamReplies}.
 *
 * <p><b>Hung.</b> While a reply is due, bytes must come within the response timeout. A slow reply that still flows is not
 * hung, a command that blocks is not due, and time during which the client did not take its replies does not count. A slow
 * command has longer, but not when Redis is known to answer nobody, see {@link Backend}.
 *
 * <p>All of it runs on one event loop, the clients'.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final byte[] PING = Handshake.ascii("PING");

    private final UpstreamOwner owner;
    private final List<Step> steps;
    private final LongAdder open;
    private final Watchdog watchdog;
    private final UpstreamReplies replies;
    private final SlotQueue slots;
    private final UpstreamRoute.Open way = new UpstreamRoute.Open(this);
    private UpstreamState state = new Connecting();

    /** What was sent here by its text, so that Redis has it. */
    private final Set<Script> scripts = EnumSet.noneOf(Script.class);

    private boolean told;
    private boolean flushing;
    private final Runnable flush = this::flushNow;
    private @Nullable Channel channel;
    private @Nullable OutputBatch out;

    /** @param open counts connections that are open */
    UpstreamConnection(UpstreamOwner owner, List<Step> steps, int maxDepth, ProxyOptions options, LongAdder open) {
        this.owner = owner;
        this.open = open;
        this.steps = steps;
        this.replies = new UpstreamReplies(this, owner, maxDepth);
        this.slots = replies.slots();
        this.watchdog = new Watchdog(options, this::slowReplyIsHopeless, this::hung);
    }

    UpstreamState state() {
        return state;
    }

    /** {@return this as the way of a command} */
    UpstreamRoute.Open way() {
        return way;
    }

    /** {@return where commands are written} Their slots are added in the same turn. */
    OutputBatch out() {
        if (out == null) {
            throw new IllegalStateException("not connected");
        }
        return out;
    }

    /** {@return replies that are due} */
    SlotQueue slots() {
        return slots;
    }

    /** {@return the address of this end, as Redis writes addresses, null: never connected} */
    @Nullable
    String address() {
        return channel != null && channel.localAddress() instanceof InetSocketAddress here
                ? NetUtil.toSocketAddressString(here)
                : null;
    }

    /** {@return the event loop that all of it runs on} */
    EventLoop loop() {
        if (channel == null) {
            throw new IllegalStateException("not connected");
        }
        return channel.eventLoop();
    }

    boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    /** A command was written whose reply is for this slot. */
    void expect(ReplySlot slot, ReplyTarget target) {
        expect(slot, target, null, 0);
    }

    /**
     * The same for one that a policy watches.
     *
     * @param arrival when the command came, in {@link System#nanoTime}
     */
    void expect(ReplySlot slot, ReplyTarget target, @Nullable Observation observation, long arrival) {
        if (slots.isEmpty()) {
            watchdog.start(slot);
        }
        slots.add(slot, target, observation, arrival);
        target.expected();
    }

    /**
     * Writes the beginning of a command that runs a script, whose keys and arguments the caller adds.
     *
     * @param arguments how many, with the number of keys
     */
    void script(Script script, int arguments) {
        List<byte[]> call = script.call(!scripts.add(script));
        CommandWriter.begin(out().room(0), call.size() + arguments);
        call.forEach(this::argument);
    }

    /** Writes an argument of a command that was begun. */
    void argument(byte[] argument) {
        CommandWriter.argument(out().room(argument.length), argument);
    }

    /** Redis does not have a script that it should have. */
    void forget(Script script) {
        scripts.remove(script);
    }

    /** A command of the agent's own, that is carried out when all before it are. */
    void ping(ReplyTarget target) {
        CommandWriter.write(out().room(0), PING);
        expect(ReplySlot.Swallow.INSTANCE, target);
    }

    /** While the client does not take its replies, none are read. */
    void pauseReading(boolean paused) {
        if (channel != null) {
            channel.config().setAutoRead(!paused);
            watchdog.pause(paused);
        }
    }

    /** Sends what was written. */
    void flush() {
        if (out != null && state instanceof Ready) {
            out.flush();
        }
    }

    /** Sends what was written when all sockets that are readable now have been read: one write for all clients. */
    void flushSoon() {
        if (!flushing && channel != null) {
            flushing = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flushNow() {
        flushing = false;
        flush();
    }

    /** Nothing more will be sent. */
    void endInput() {
        flush();
        if (channel instanceof DuplexChannel duplex) {
            // What is written after a shutdown fails, even if it was flushed before and did not fit.
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                var _ = duplex.shutdownOutput();
            });
        }
    }

    /** Ends the connection because its owner no longer needs it. */
    void close() {
        fail(new UpstreamFailure(Kind.Lost, "closed by the agent"));
    }

    /** No connection could be made. */
    void connectFailed(UpstreamFailure failure) {
        if (!(state instanceof Closed)) {
            state = new Closed(failure);
            lost(failure, false);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open.increment();
        channel = context.channel();
        OutputBatch batch = new OutputBatch(channel);
        out = batch;
        watchdog.attach(channel.eventLoop());
        if (state instanceof Closed) {
            var _ = context.close();
            return;
        }
        if (steps.isEmpty()) {
            ready();
            return;
        }
        state = new Connecting().connected(steps);
        steps.forEach(step -> CommandWriter.write(batch.room(0), step.command()));
        batch.flush();
    }

    private void ready() {
        state = new Ready();
        owner.upstreamReady();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        watchdog.progress();
        try {
            replies.read(in);
        } catch (ProtocolViolation e) {
            fail(new UpstreamFailure(Kind.Protocol, String.valueOf(e.getMessage())));
        } finally {
            in.release();
        }
    }

    /** The reply to the next step of the handshake has come. */
    void answered(Handshaking handshaking, ReplyFramer reply) {
        UpstreamFailure failure = handshaking.unanswered().remove().failure(reply);
        if (failure != null) {
            fail(failure);
        } else if (handshaking.unanswered().isEmpty()) {
            ready();
        }
    }

    /** This reply is due next, or none is. */
    void watch(@Nullable ReplySlot due) {
        watchdog.next(due);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
        replies.readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        owner.upstreamWritable();
    }

    private boolean slowReplyIsHopeless() {
        return owner.slowReplyIsHopeless(slots.size() > 1);
    }

    private void hung(long millis) {
        fail(new UpstreamFailure(Kind.Timeout, "no reply within " + millis + " ms"));
    }

    /** Closes the connection; the owner hears of it when that is done, never from within its own call. */
    void fail(UpstreamFailure failure) {
        if (state instanceof Closed) {
            return;
        }
        state = new Closed(failure);
        watchdog.stop();
        if (channel != null) {
            var _ = channel.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(new UpstreamFailure(Kind.Lost, String.valueOf(cause.getMessage())));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.decrement();
        if (!(state instanceof Closed)) {
            Kind kind = state instanceof Ready ? Kind.Lost : Kind.Connect;
            fail(new UpstreamFailure(kind, "the connection was closed by Redis"));
        }
        if (out != null) {
            out.release();
        }
        if (state instanceof Closed(UpstreamFailure failure)) {
            lost(failure, replies.isInsideReply());
        }
    }

    /** Once: a connection that came after its time was given up is closed a second time. */
    private void lost(UpstreamFailure failure, boolean insideReply) {
        if (!told) {
            told = true;
            owner.upstreamLost(this, failure, insideReply);
        }
    }
}
