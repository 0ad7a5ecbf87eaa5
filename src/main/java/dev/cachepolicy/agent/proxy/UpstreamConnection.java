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
import dev.cachepolicy.resp.ElementListener;
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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis: replies are framed as they arrive and given, in order, to the slots of the commands that were
 * sent.
 *
 * <p><b>Why position is enough, and when it is not.</b> Redis answers each command once and in order, so the n-th reply
 * belongs to the n-th slot. Nothing else ties them together, and a single reply too many or too few would hand one
 * application's data to another's question. Everything here follows from that. A slot is added before its command is
 * flushed, never later. What Redis sends of its own accord (pushes, messages, MONITOR's lines) is told apart by
 * {@link UpstreamOwner#isUnasked} before a slot is looked at. A reply that nobody waits for, bytes that cannot be framed,
 * a reply that is late: each leaves a doubt, and a connection with a doubt is closed, never resynchronised. The
 * owner has each slot's target answer it itself; nothing is sent again.
 *
 * <p><b>Streaming.</b> Bytes are passed on as they come, before their reply is complete, so that a reply of any size takes
 * the memory of one read. To whom they go is decided by their slot when the reply begins; what the reply was is known
 * when it ends. A connection lost in the middle of one leaves the client with half a reply, for which there is no mending
 * but to close it.
 *
 * <p><b>Hung.</b> While a reply is due, bytes must come within the response timeout. A slow reply that still flows is not
 * hung, a command that blocks is not due, and time during which the client did not take its replies does not count. A slow
 * command has longer, but not when Redis is known to answer nobody, see {@link Backend}.
 *
 * <p><b>Several clients.</b> The connection does not know whether it is one client's own or shared: each slot names its
 * target, and the owner is asked only about what belongs to no slot.
 *
 * <p>All of it runs on one event loop, the clients'.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final byte PUSH = '>';
    private static final byte[] PING = Handshake.ascii("PING");
    private static final ReplySlot SWALLOW = new ReplySlot.Swallow();

    private final UpstreamOwner owner;
    private final List<Step> steps;
    private final LongAdder open;
    private final ReplyFramer framer;
    private final Watchdog watchdog;
    private final SlotQueue slots = new SlotQueue();

    /** Who got bytes of what is being read; those more than once that got them with others in between. */
    private final List<ReplyTarget> touched = new ArrayList<>();

    private final UpstreamRoute.Open way = new UpstreamRoute.Open(this);
    private UpstreamState state = new Connecting();
    private @Nullable ReplyTarget passing;

    private final NilFilter nils = new NilFilter();

    /** What was sent here by its text, so that Redis has it. */
    private final Set<Script> scripts = EnumSet.noneOf(Script.class);

    /** When the bytes that are being looked at came. */
    private long arrival;

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
        this.framer = new ReplyFramer(maxDepth);
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
        expect(SWALLOW, target);
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
        arrival = System.nanoTime();
        watchdog.progress();
        try {
            replies(in);
        } catch (ProtocolViolation e) {
            fail(new UpstreamFailure(Kind.Protocol, String.valueOf(e.getMessage())));
        } finally {
            touched.forEach(ReplyTarget::settle);
            in.release();
        }
    }

    private void replies(ByteBuf in) throws ProtocolViolation {
        int position = in.readerIndex();
        int end = in.writerIndex();
        while (position < end && !(state instanceof Closed)) {
            ReplySlot slot = slots.slot();
            if (slot instanceof ReplySlot.Stream) {
                pass(slots.target(), in, position, end);
                return;
            }
            if (!framer.insideReply()) {
                begin(slot, in.getByte(position));
                if (slot instanceof ReplySlot.Reading && passing != null) {
                    passing = nils.begin(in, position, end) == NilFilter.Verdict.VALUE ? passing : null;
                }
            } else if (nils.isUndecided() && nils.decide(in.getByte(position)) == NilFilter.Verdict.VALUE) {
                passing = slots.target();
                pass(passing, NilFilter.BULK_MARKER, 0, 1);
            }
            int next = framer.advance(in, position, end);
            int until = next < 0 ? end : next;
            pass(passing, in, position, until);
            position = until;
            if (next >= 0) {
                complete(slot);
            }
        }
    }

    /** Who gets a reply, or nobody, is decided when it begins. */
    private void begin(@Nullable ReplySlot slot, byte marker) {
        framer.listen(slot == null || marker == PUSH ? ElementListener.NONE : listener(slot));
        if (!(state instanceof Ready)) {
            passing = null;
        } else if (slot == null || marker == PUSH) {
            passing = owner.takesUnasked(marker == PUSH);
        } else {
            passing = slot.passes() ? slots.target() : null;
        }
    }

    private ElementListener listener(ReplySlot slot) {
        Observation observation = slots.observation();
        return observation == null || slot instanceof ReplySlot.ReadingAll ? slot.listener() : observation;
    }

    private void pass(@Nullable ReplyTarget target, ByteBuf in, int from, int to) {
        if (target != null) {
            target.replyBytes(in, from, to);
            touch(target);
        }
    }

    @SuppressWarnings("ReferenceEquality") // targets have identity
    private void touch(ReplyTarget target) {
        if (touched.isEmpty() || touched.getLast() != target) {
            touched.add(target);
        }
    }

    private void complete(@Nullable ReplySlot slot) {
        if (state instanceof Handshaking(var unanswered)) {
            UpstreamFailure failure = unanswered.remove().failure(framer);
            if (failure != null) {
                fail(failure);
            } else if (unanswered.isEmpty()) {
                ready();
            }
        } else if (owner.isUnasked(framer, slot)) {
            if (owner.unasked(framer, slot)) {
                next();
            }
        } else if (slot == null) {
            fail(new UpstreamFailure(Kind.Protocol, "a reply came that no command asked for"));
        } else {
            Observation observation = slots.observation();
            if (observation != null && !(slot instanceof ReplySlot.Reading && framer.length() < 0)) {
                observation.replied(framer, arrival - slots.arrival());
            }
            ReplyTarget target = next();
            touch(target);
            target.replied(slot, framer);
        }
        while (slots.slot() instanceof ReplySlot.Local local) {
            ReplyTarget target = next();
            touch(target);
            target.give(local);
        }
        watchdog.next(slots.slot());
    }

    /** {@return whose reply that was} */
    private ReplyTarget next() {
        ReplyTarget target = Objects.requireNonNull(slots.target(), "a reply is due");
        slots.remove();
        target.answered();
        return target;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush();
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).readComplete();
        }
        touched.clear();
        owner.readComplete();
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
            lost(failure, passing != null && framer.insideReply());
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
