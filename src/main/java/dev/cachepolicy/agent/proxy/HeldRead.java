package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.HeldReader;
import dev.cachepolicy.agent.fence.HeldReader.Phase;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.fence.WakeMessage;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FenceCounters.Unleased;
import dev.cachepolicy.agent.policy.Fencing;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A GET whose reply was nil, until its client is given one: a value that another has loaded meanwhile, or the nil. What it
 * does next, {@link HeldReader} decides.
 *
 * <p>A nil is given with the nonce that the key's fence had when it was asked last, or with none that counts. That is
 * never too late a nonce: the load begins when the nil is given, and if the fence was lifted since it was asked, the
 * nonce is not in it any more.
 *
 * <p>Used on the client's event loop only.
 */
final class HeldRead implements ReplyTarget, ClientOutput.Keeper {

    private static final byte[] GET = Handshake.ascii("GET");

    private final ReplySlot.Reading reading;
    private final Fence.Read read;
    private final Fencing fencing;
    private final Client client;
    private final ReplyRouter replies;
    private final UpstreamRoute route;
    private final Settings settings;
    private final EventLoop loop;
    private final ClientOutput.Place place;
    private final Patience patience;
    private HeldReader reader = HeldReader.ASKING;
    private Nonce known = Nonce.NEVER;

    /** Whether a part of the value was passed on, so that nothing else can be given. */
    private boolean partlyGiven;

    HeldRead(
            ReplySlot.Reading reading,
            Client client,
            ReplyRouter replies,
            UpstreamRoute route,
            Settings settings,
            EventLoop loop) {
        this.reading = reading;
        this.read = reading.read();
        this.fencing = read.policy().fencing();
        this.client = client;
        this.replies = replies;
        this.route = route;
        this.settings = settings;
        this.loop = loop;
        this.patience = new Patience(fencing, read.policy().counters(), loop, this::patienceEnds);
        if (!read.waits()) {
            patience.none();
        }
        this.place = client.out.keepPlace(this);
        client.held++;
    }

    /** Whose lease is it? */
    void ask() {
        UpstreamConnection upstream = route.ready(replies);
        if (upstream == null) {
            unanswered();
            return;
        }
        Nonce fresh = settings.fences().freshNonce();
        MissCommand.write(upstream, read.key(), fencing, fresh, MissCommand.ONLY_IF_ABSENT);
        upstream.expect(new ReplySlot.Missed(fresh), this);
        route.flush();
    }

    boolean isWaiting() {
        return reader.phase() == Phase.Waiting;
    }

    private boolean isEnded() {
        return reader.phase() == Phase.Ended;
    }

    /** The key may have a value now. */
    void wake() {
        boolean waited = isWaiting();
        reader = reader.wake();
        if (waited) {
            get();
        }
    }

    /** The key was filled. */
    void filled(WakeMessage.Filled filled) {
        boolean waited = isWaiting();
        reader = reader.filled(filled.nonce());
        if (waited && isEnded()) {
            give(filled.value());
        } else if (waited) {
            get();
        }
    }

    private void give(byte[] value) {
        ByteBuf reply = Unpooled.buffer(value.length + 16);
        ReplyWriter.bulk(reply, value);
        place.take(reply, 0, reply.writerIndex());
        client.out.settle();
        if (reading.observation() != null) {
            reading.observation().coalesced(System.nanoTime() - reading.arrival());
        }
        end();
    }

    private void get() {
        UpstreamConnection upstream = route.ready(replies);
        if (upstream == null) {
            unanswered();
            return;
        }
        CommandWriter.write(upstream.out().room(read.key().length), GET, read.key());
        upstream.expect(reading, this);
        route.flush();
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (isEnded()) {
            return;
        }
        if (slot instanceof ReplySlot.Missed(Nonce fresh)) {
            asked(fresh, reply);
        } else if (reply.length() < 0) {
            missedAgain();
        } else {
            given(reply);
        }
    }

    private void asked(Nonce fresh, ReplyFramer reply) {
        if (reply.type().isError()) {
            refused(reply);
        } else if (reply.length() == 0) {
            reader = reader.present();
            get();
        } else {
            known = MissCommand.nonce(reply);
            if (reply.integer() < 0) {
                waits().granted(read, known, known.equals(fresh));
                giveNil();
            } else {
                taken(Duration.ofMillis(reply.integer()));
            }
        }
    }

    /** Fencing without Redis's consent is none: nothing that is loaded now is stored. */
    private void refused(ReplyFramer reply) {
        UpstreamConnection upstream = route.ready(replies);
        if (reply.errorCode().equals("NOSCRIPT") && upstream != null) {
            upstream.forget(Script.MISS);
            ask();
        } else {
            settings.fences().refused(settings.backend().endpoint(), reply.name());
            giveNil(Unleased.Refused);
        }
    }

    private void taken(Duration left) {
        boolean abandoned = waits().taken(read, known, left) && !patience.hasWaited();
        reader = reader.taken(known, !abandoned && !patience.isOver());
        if (isEnded()) {
            giveNil(abandoned ? Unleased.NotWaiting : patience.reason());
            return;
        }
        patience.waits();
        waits().join(read, this, left);
        if (reader.phase() == Phase.Reading) {
            get();
        }
    }

    private void missedAgain() {
        reader = reader.absent(!patience.isOver());
        if (isEnded()) {
            giveNil(patience.reason());
        } else {
            ask();
        }
    }

    /** The value has been passed on while it came. */
    private void given(ReplyFramer reply) {
        Observation observation = reading.observation();
        if (observation != null) {
            observation.repliedAfterWait(reply, patience.hasWaited(), System.nanoTime() - reading.arrival());
        }
        boolean value = !reply.type().isError();
        end();
        if (value) {
            waits().filled(read.key());
        }
    }

    private void giveNil(Unleased why) {
        read.policy().counters().unleased(why);
        giveNil();
    }

    private void giveNil() {
        settings.fences().begun(read, known);
        ReplyWriter.absent(place.room(0), Absent.Nil, 1, client.session.resp3());
        if (reading.observation() != null) {
            reading.observation().missed(System.nanoTime() - reading.arrival());
        }
        end();
    }

    private void end() {
        leave();
        place.close();
        client.held--;
        replies.upstreamWritable();
    }

    private void leave() {
        reader = reader.end();
        patience.stop();
        waits().leave(read.key(), this);
    }

    private Waits waits() {
        return settings.backend().waits(loop);
    }

    private void patienceEnds() {
        if (isWaiting()) {
            giveNil(patience.reason());
        }
    }

    @Override
    public void blocks() {
        patience.blocks();
    }

    @Override
    public void mustEnd() {
        if (!isEnded() && !partlyGiven) {
            giveNil(Unleased.MaxBlock);
        }
    }

    @Override
    public void gone() {
        if (!isEnded()) {
            leave();
        }
    }

    @Override
    public void expected() {}

    @Override
    public void answered() {}

    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        if (!isEnded()) {
            partlyGiven = true;
            place.take(in, from, to);
        }
    }

    @Override
    public void settle() {
        client.out.settle();
    }

    @Override
    public void give(ReplySlot.Local local) {}

    @Override
    public void readComplete() {
        replies.readComplete();
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {
        if (!isEnded()) {
            replies.substitute(place.room(0), read, reading.observation(), loss);
            end();
        }
    }

    /** There is no connection to ask on. */
    private void unanswered() {
        Backend backend = settings.backend();
        UpstreamFailure down = backend.down();
        UpstreamFailure failure =
                down == null ? new UpstreamFailure(UpstreamFailure.Kind.Lost, "the connection was lost") : down;
        failed(reading, reading.observation(), new Loss(backend.endpoint(), failure, null));
    }

    @Override
    public void lost(boolean insideReply) {
        if (insideReply && partlyGiven && !isEnded()) {
            replies.cut();
        }
    }
}
