package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
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

    private final Client client;
    private final UpstreamRoute route;
    private final LocalReplies local;
    private final Connection connection;
    private final Substitute substitute;
    private final ReplyOutcomes outcomes;

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
        this.outcomes = new ReplyOutcomes(client, route, this, substitute, connection::end);
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
        if (!(slot instanceof ReplySlot.Pass)) {
            outcomes.replied(slot, reply);
        }
    }

    /** A command's reply is there; these follow, which may be none. */
    void followUp(List<FollowUp> followUps) {
        outcomes.followUp(followUps);
    }

    /** {@return where Redis is, for messages} */
    String endpoint() {
        return substitute.settings().backend().endpoint();
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
