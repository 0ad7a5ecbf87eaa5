package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyType;
import java.util.List;

/**
 * What follows from a reply besides its bytes: commands that were waiting for it, a transaction or a session that it
 * changes, readers that it holds or wakes.
 */
final class ReplyOutcomes {

    private static final byte[] PUBLISH = Handshake.ascii("PUBLISH");
    private static final byte[] NOTHING = {};

    private final Client client;
    private final UpstreamRoute route;
    private final ReplyRouter replies;
    private final Substitute substitute;
    private final Runnable end;

    /** @param end ends the client's connection when everything written is sent */
    ReplyOutcomes(Client client, UpstreamRoute route, ReplyRouter replies, Substitute substitute, Runnable end) {
        this.client = client;
        this.route = route;
        this.replies = replies;
        this.substitute = substitute;
        this.end = end;
    }

    /** A slot's reply is complete. */
    void replied(ReplySlot slot, ReplyFramer reply) {
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
                    substitute.settings().fences().refused(replies.endpoint(), reply.name());
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
            case ReplySlot.Closing _ -> end.run();
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
            client.giveNil();
            if (reading.observation() != null) {
                reading.observation().missed(System.nanoTime() - reading.arrival());
            }
            return;
        }
        UpstreamConnection upstream = route.current();
        if (upstream != null) {
            new HeldRead(reading, client, replies, route, substitute.settings(), upstream.loop()).ask();
        }
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
            upstream.expect(ReplySlot.Swallow.INSTANCE, replies);
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
            followUps.forEach(followUp -> CommandRouter.send(followUp, upstream, replies));
        }
    }
}
