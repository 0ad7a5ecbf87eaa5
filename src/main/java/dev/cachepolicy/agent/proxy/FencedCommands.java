package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandWriter;
import java.util.List;

/** Sends what the fences of keys need before a command, or in its place. */
final class FencedCommands {

    private static final byte[] UNLINK = Handshake.ascii("UNLINK");
    private static final byte[] ONE_KEY_AND_FENCE = Handshake.ascii("2");

    private final Client client;
    private final ReplyRouter replies;

    FencedCommands(Client client, ReplyRouter replies) {
        this.client = client;
        this.replies = replies;
    }

    /** The loads of these keys that are under way are over: nothing that they bring is stored. */
    void lift(List<byte[]> keys, UpstreamConnection upstream) {
        CommandWriter.begin(upstream.out().room(0), keys.size() + 1);
        argument(upstream, UNLINK);
        keys.forEach(key -> argument(upstream, FenceKeys.fence(key)));
        upstream.expect(new ReplySlot.Lifted(keys), replies);
    }

    /**
     * {@return whether something was sent in place of a SET} Otherwise it goes as it is.
     *
     * @param then what would be done with it otherwise
     */
    boolean store(Command command, Fence.Store store, Plan then, UpstreamConnection upstream, Settings settings) {
        return switch (settings.fences().write(store)) {
            case FencedWrite.Fill(Nonce nonce) -> {
                fill(command, store, nonce, upstream);
                List<FollowUp> followUps = then instanceof Plan.Follow follow ? follow.followUps() : List.of();
                client.followUpsDue += followUps.isEmpty() ? 0 : 1;
                expect(store, followUps, then, upstream, settings);
                yield true;
            }
            case FencedWrite.Pipeline(List<FencedWrite.Step> steps) -> {
                lift(List.of(store.key()), upstream);
                boolean removes = steps.contains(FencedWrite.Step.UNLINK_KEY);
                if (removes) {
                    CommandWriter.write(upstream.out().room(store.key().length), UNLINK, store.key());
                    expect(store, List.of(), then, upstream, settings);
                }
                yield removes;
            }
        };
    }

    private void fill(Command command, Fence.Store store, Nonce nonce, UpstreamConnection upstream) {
        Argument value = Argument.kept(store.valueAt(), store.valueAt() + 1);
        upstream.script(Script.FILL, 6 + CommandWriter.count(store.options()));
        argument(upstream, ONE_KEY_AND_FENCE);
        argument(upstream, store.key());
        argument(upstream, FenceKeys.fence(store.key()));
        argument(upstream, Handshake.ascii(nonce.value()));
        argument(upstream, FenceKeys.channel(store.key()));
        CommandWriter.arguments(upstream.out(), command, List.of(value));
        CommandWriter.arguments(upstream.out(), command, store.options());
    }

    private void expect(
            Fence.Store store, List<FollowUp> followUps, Plan then, UpstreamConnection upstream, Settings settings) {
        upstream.expect(
                ReplySlot.Pass.NORMAL,
                new FencedReply(store, followUps, replies, client, upstream, settings),
                then.observation(),
                client.arrival);
    }

    private static void argument(UpstreamConnection upstream, byte[] argument) {
        CommandWriter.argument(upstream.out().room(argument.length), argument);
    }
}
