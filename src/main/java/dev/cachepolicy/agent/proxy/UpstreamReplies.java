package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.proxy.UpstreamFailure.Kind;
import dev.cachepolicy.agent.proxy.UpstreamState.Closed;
import dev.cachepolicy.agent.proxy.UpstreamState.Handshaking;
import dev.cachepolicy.agent.proxy.UpstreamState.Ready;
import dev.cachepolicy.resp.ElementListener;
import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What comes on a connection to Redis: replies are framed as they arrive and given, in order, to the slots of the commands
 * that were sent.
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
 * <p><b>Several clients.</b> It is not known here whether the connection is one client's own or shared: each slot names its
 * target, and the owner is asked only about what belongs to no slot.
 */
final class UpstreamReplies {

    private static final byte PUSH = '>';

    private final UpstreamConnection connection;
    private final UpstreamOwner owner;
    private final ReplyFramer framer;
    private final SlotQueue slots = new SlotQueue();
    private final NilFilter nils = new NilFilter();

    /** Who got bytes of what is being read; those more than once that got them with others in between. */
    private final List<ReplyTarget> touched = new ArrayList<>();

    private @Nullable ReplyTarget passing;

    /** When the bytes that are being looked at came. */
    private long arrival;

    UpstreamReplies(UpstreamConnection connection, UpstreamOwner owner, int maxDepth) {
        this.connection = connection;
        this.owner = owner;
        this.framer = new ReplyFramer(maxDepth);
    }

    /** {@return replies that are due} */
    SlotQueue slots() {
        return slots;
    }

    /** {@return whether somebody has a part of a reply, or of a push, that is not complete} */
    boolean isInsideReply() {
        return passing != null && framer.insideReply();
    }

    /**
     * Takes what was read. The buffer is the caller's again afterwards.
     *
     * @throws ProtocolViolation if it cannot be a reply
     */
    void read(ByteBuf in) throws ProtocolViolation {
        arrival = System.nanoTime();
        try {
            give(in);
        } finally {
            touched.forEach(ReplyTarget::settle);
        }
    }

    private void give(ByteBuf in) throws ProtocolViolation {
        int position = in.readerIndex();
        int end = in.writerIndex();
        while (position < end && !(connection.state() instanceof Closed)) {
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
        if (!(connection.state() instanceof Ready)) {
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
        if (connection.state() instanceof Handshaking handshaking) {
            connection.answered(handshaking, framer);
        } else if (owner.isUnasked(framer, slot)) {
            if (owner.unasked(framer, slot)) {
                next();
            }
        } else if (slot == null) {
            connection.fail(new UpstreamFailure(Kind.Protocol, "a reply came that no command asked for"));
        } else {
            answered(slot);
        }
        while (slots.slot() instanceof ReplySlot.Local local) {
            ReplyTarget target = next();
            touch(target);
            target.give(local);
        }
        connection.watch(slots.slot());
    }

    private void answered(ReplySlot slot) {
        Observation observation = slots.observation();
        if (observation != null && !(slot instanceof ReplySlot.Reading && framer.length() < 0)) {
            observation.replied(framer, arrival - slots.arrival());
        }
        ReplyTarget target = next();
        touch(target);
        target.replied(slot, framer);
    }

    /** {@return whose reply that was} */
    private ReplyTarget next() {
        ReplyTarget target = Objects.requireNonNull(slots.target(), "a reply is due");
        slots.remove();
        target.answered();
        return target;
    }

    /** All that was there has been read. */
    void readComplete() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).readComplete();
        }
        touched.clear();
        owner.readComplete();
    }
}
