package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.resp.CommandSpec.Absent;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyType;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the replies of a client's upstream connection: to the client, and to what waits to know how they turned out. */
final class ReplyRouter implements UpstreamOwner, ReplyTarget {

    /** What the client's connection does when replies have changed something. */
    interface Connection {

        /** Commands that were held may go on. */
        void resume();

        /** The same, from within a write: Netty tells of full sockets there, and writes must not nest. */
        void resumeSoon();

        /** The same, from any thread. */
        void released();

        /** Everything written is sent, then the connection ends. */
        void end();

        /** The connection ends at once. */
        void close();

        /** The same, because replies were not taken. */
        void tooSlow();

        /** {@return whether commands wait until others are answered} */
        boolean isHolding();

        /** {@return whether replies are taken at the moment} */
        boolean isWritable();

        /** {@return whether so many replies are not taken that no more should come} */
        boolean isFarBehind();
    }

    private static final byte[] PUBLISH = Handshake.ascii("PUBLISH");
    private static final byte[] NOTHING = {};

    private final Client client;
    private final UpstreamRoute route;
    private final LocalReplies local;
    private final Connection connection;
    private final Substitute substitute;

    /** Bytes of the reply that is being given. */
    private long given;

    /** Bytes of all replies so far. */
    private long passed;

    ReplyRouter(Client client, UpstreamRoute route, Connection connection, Substitute substitute) {
        this.substitute = substitute;
        this.client = client;
        this.route = route;
        this.connection = connection;
        this.local = new LocalReplies(client, route, this, connection::end);
    }

    /** {@return where the agent's own replies go} */
    LocalReplies local() {
        return local;
    }

    @Override
    public void expected() {
        client.due++;
    }

    @Override
    public void answered() {
        client.due--;
        given = 0;
    }

    @Override
    public void upstreamReady() {
        connection.resume();
    }

    @Override
    public boolean slowReplyIsHopeless(boolean othersWait) {
        Backend backend = route.ownBackend();
        return backend != null && backend.isSilent(othersWait || connection.isHolding());
    }

    @Override
    public void upstreamWritable() {
        connection.resumeSoon();
    }

    /** What held the client's commands is gone. From any thread. */
    void released() {
        connection.released();
    }

    @Override
    public void readComplete() {
        if (client.gone) {
            return;
        }
        connection.resume();
        boolean behind = given > SharedUpstream.LONG_REPLY ? !connection.isWritable() : connection.isFarBehind();
        if (behind) {
            route.stalled(this);
        }
    }

    /** {@return bytes of replies that the client has taken so far; those of the agent's own that wait are not in it} */
    long taken() {
        return passed - client.out.pending();
    }

    /** The client takes too long, and others wait for it. */
    void tooSlow() {
        connection.tooSlow();
    }

    /** What comes for a client that is gone is thrown away. */
    @Override
    public void replyBytes(ByteBuf in, int from, int to) {
        given += to - from;
        passed += to - from;
        if (!client.gone) {
            client.out.take(in, from, to);
        }
    }

    @Override
    public void settle() {
        client.out.settle();
    }

    /** Writes the reply of a command that Redis does not answer. */
    void substitute(ByteBuf reply, @Nullable Fence fence, @Nullable Observation observation, Loss loss) {
        substitute.write(reply, observation, fence, client.session.resp3(), loss);
    }

    /** A part of a reply was given whose rest will not come. */
    void cut() {
        if (!client.gone) {
            connection.close();
        }
    }

    @Override
    public void give(ReplySlot.Local reply) {
        if (!client.gone) {
            local.give(reply);
        }
    }

    @Override
    public @Nullable ReplyTarget takesUnasked(boolean push) {
        return push || client.subscriptions.any() || client.state instanceof ClientState.Monitoring ? this : null;
    }

    @Override
    public boolean isUnasked(ReplyFramer reply, @Nullable ReplySlot next) {
        return switch (reply.type()) {
            case Push -> true;
            case Array ->
                (client.subscriptions.any() || next instanceof ReplySlot.Confirming)
                        && !client.session.resp3()
                        && (Subscriptions.isMessage(reply.name()) || Subscriptions.isConfirmation(reply.name()));
            case SimpleString ->
                client.state instanceof ClientState.Monitoring
                        && !reply.name().isEmpty()
                        && Character.isDigit(reply.name().charAt(0));
            default -> false;
        };
    }

    @Override
    public boolean unasked(ReplyFramer reply, @Nullable ReplySlot next) {
        if (reply.type() == ReplyType.SimpleString || !Subscriptions.isConfirmation(reply.name())) {
            return false;
        }
        client.subscriptions = client.subscriptions.confirmed(reply);
        return next instanceof ReplySlot.Confirming confirming
                && confirming.confirmed(client.subscriptions.of(reply.name()));
    }

    @Override
    public void replied(ReplySlot slot, ReplyFramer reply) {
        if (slot instanceof ReplySlot.Pass) {
            return;
        }
        if (slot instanceof ReplySlot.Reading reading) {
            if (reply.length() < 0 && !client.gone) {
                hold(reading);
            }
            return;
        }
        boolean error = reply.type().isError();
        switch (slot) {
            case ReplySlot.Expiring(byte[] key) ->
                substitute.settings().fences().expiries().learnt(key, error ? -1 : reply.integer());
            case ReplySlot.Lifted(List<byte[]> keys) -> {
                if (error) {
                    substitute.settings().fences().refused(endpoint(), reply.name());
                } else if (reply.integer() > 0) {
                    wake(keys);
                }
            }
            case ReplySlot.FollowedUp(List<FollowUp> followUps, Pace _) -> followUp(error ? List.of() : followUps);
            case ReplySlot.Followed(FollowUp followUp) -> followUp.replied(reply);
            case ReplySlot.Queueing(Transaction transaction, Transaction.Queued command) -> {
                if (reply.name().equals("QUEUED")) {
                    transaction.add(command);
                }
            }
            case ReplySlot.Executing(Transaction transaction) -> executed(transaction, reply);
            case ReplySlot.Settling(Runnable agreed) -> {
                client.settling--;
                if (!error) {
                    agreed.run();
                }
            }
            case ReplySlot.Closing _ -> connection.end();
            case ReplySlot.Pass _,
                    ReplySlot.Swallow _,
                    ReplySlot.Confirming _,
                    ReplySlot.Local _,
                    ReplySlot.Missed _,
                    ReplySlot.Reading _,
                    ReplySlot.ReadingAll _,
                    ReplySlot.Stream _ -> {}
        }
    }

    /** A GET found nothing. While no pod would store what is loaded, its reader is not held. */
    private void hold(ReplySlot.Reading reading) {
        Fence.Read read = reading.read();
        Fences fences = substitute.settings().fences();
        if (fences.isNewlyFenced(read.key(), read.policy())) {
            fences.begun(read, Nonce.NEVER);
            ReplyWriter.absent(client.out.room(0), Absent.Nil, 1, client.session.resp3());
            if (reading.observation() != null) {
                reading.observation().missed(System.nanoTime() - reading.arrival());
            }
            return;
        }
        UpstreamConnection upstream = route.current();
        if (upstream != null) {
            new HeldRead(reading, client, this, route, substitute.settings(), upstream.loop()).ask();
        }
    }

    /** {@return where Redis is, for messages} */
    String endpoint() {
        return substitute.settings().backend().endpoint();
    }

    /** Readers elsewhere wait for loads that are over. */
    private void wake(List<byte[]> keys) {
        UpstreamConnection upstream = route.current();
        if (upstream == null || !(upstream.state() instanceof UpstreamState.Ready)) {
            return;
        }
        for (byte[] key : keys) {
            byte[] channel = FenceKeys.channel(key);
            CommandWriter.write(upstream.out().room(channel.length), PUBLISH, channel, NOTHING);
            upstream.expect(new ReplySlot.Swallow(), this);
        }
    }

    private void executed(Transaction transaction, ReplyFramer reply) {
        boolean carriedOut = reply.type() == ReplyType.Array && reply.length() >= 0;
        if (transaction.selects || transaction.pins) {
            client.settling--;
        }
        if (carriedOut) {
            client.session = client.session.withDatabase(transaction.selected());
            client.session = transaction.pins ? client.session.pin() : client.session;
        }
        transaction.nils().forEach(substitute.settings().fences()::begunInVain);
        if (transaction.hasFollowUps) {
            followUp(carriedOut ? transaction.due() : List.of());
        }
    }

    /** A command's reply is there; these follow, which may be none. */
    void followUp(List<FollowUp> followUps) {
        client.followUpsDue--;
        UpstreamConnection upstream = route.current();
        if (upstream != null) {
            followUps.forEach(followUp -> CommandRouter.send(followUp, upstream, this));
        }
    }

    /** Everything in flight on the client's own connection gets an answer, and nothing is sent again. */
    @Override
    public void upstreamLost(UpstreamConnection lost, UpstreamFailure failure, boolean insideReply) {
        Backend backend = route.ownBackend();
        if (backend == null || !route.isOwn(lost)) {
            return;
        }
        if (client.finishing) {
            finished();
            return;
        }
        boolean inUse = route.isOwn(route.current());
        route.lostOwn(failure);
        if (!inUse) {
            return;
        }
        if (failure.kind() == UpstreamFailure.Kind.SessionRefused) {
            notAsTold(backend.endpoint(), failure);
            return;
        }
        Loss loss = new Loss(backend.endpoint(), failure, lost.address());
        lost.slots().drain((slot, target, observation) -> {
            target.answered();
            if (insideReply) {
                target.abandoned(slot, loss);
            } else {
                target.failed(slot, observation, loss);
            }
        });
        lost(insideReply);
    }

    /** What is due still will not come; commands behind it, which wait for another connection, are Redis's to drop too. */
    private void finished() {
        client.finishing = false;
        route.endedOwn();
        if (client.awaits() || client.gone) {
            connection.end();
        } else {
            connection.resume();
        }
    }

    @Override
    public void lost(boolean insideReply) {
        client.settling = 0;
        client.followUpsDue = 0;
        if (client.gone) {
            return;
        }
        if (insideReply) {
            connection.close();
        } else if (client.canMove()) {
            connection.resume();
        } else {
            connection.end();
        }
    }

    /** The client counts on a protocol or a database that it does not get. The command that opened the way is answered. */
    void notAsTold(String endpoint, UpstreamFailure failure) {
        if (client.gone) {
            return;
        }
        ReplyWriter.error(
                client.out.room(0),
                "CACHEPOLICY backend " + endpoint + " does not go on with this connection: " + failure.detail()
                        + "; connect again");
        connection.end();
    }

    @Override
    public void failed(ReplySlot slot, @Nullable Observation observation, Loss loss) {
        if (client.gone) {
            return;
        }
        switch (slot) {
            case ReplySlot.Local reply -> local.give(reply);
            case ReplySlot.Swallow _,
                    ReplySlot.Followed _,
                    ReplySlot.Expiring _,
                    ReplySlot.Lifted _,
                    ReplySlot.Missed _,
                    ReplySlot.Closing _,
                    ReplySlot.Stream _ -> {}
            case ReplySlot.ReadingAll reading -> substitute(client.out.room(0), reading.read(), observation, loss);
            case ReplySlot.Reading reading -> substitute(client.out.room(0), reading.read(), observation, loss);
            case ReplySlot.Pass _,
                    ReplySlot.FollowedUp _,
                    ReplySlot.Queueing _,
                    ReplySlot.Executing _,
                    ReplySlot.Settling _,
                    ReplySlot.Confirming _ -> substitute(client.out.room(0), null, observation, loss);
        }
    }
}
