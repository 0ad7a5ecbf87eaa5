package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FenceKeys;
import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Script;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FenceCounters.VoidFill;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandWriter;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends what the fences of keys need before a write, or in its place, and what a fenced command is without Redis. */
final class FencedCommands {

    private static final byte[] UNLINK = Handshake.ascii("UNLINK");
    private static final byte[] ONE_KEY_AND_FENCE = Handshake.ascii("2");

    private final Client client;
    private final ReplyRouter replies;
    private final EventLoop loop;

    FencedCommands(Client client, ReplyRouter replies, EventLoop loop) {
        this.loop = loop;
        this.client = client;
        this.replies = replies;
    }

    /** The loads of these keys that are under way are over: nothing that they bring is stored. */
    void lift(List<byte[]> keys, UpstreamConnection upstream) {
        CommandWriter.begin(upstream.out().room(0), keys.size() + 1);
        upstream.argument(UNLINK);
        keys.forEach(key -> upstream.argument(FenceKeys.fence(key)));
        upstream.expect(new ReplySlot.Lifted(keys), replies);
    }

    /**
     * {@return whether something was sent in place of a SET} Otherwise it goes as it is.
     *
     * @param then what would be done with it otherwise
     */
    boolean store(Command command, Fence.Store store, Plan then, UpstreamConnection upstream, Settings settings) {
        return switch (settings.fences().write(store.key(), store.policy())) {
            case FencedWrite.Fill(Nonce nonce) -> {
                fill(command, store, nonce, upstream);
                List<FollowUp> followUps = then instanceof Plan.Follow follow ? follow.followUps() : List.of();
                client.followUpsDue += followUps.isEmpty() ? 0 : 1;
                VoidFill reason = nonce.equals(Nonce.NEVER) ? VoidFill.Unknown : VoidFill.Invalidated;
                expect(store, reason, followUps, then, upstream, settings);
                yield true;
            }
            case FencedWrite.Pipeline(List<FencedWrite.Step> steps) -> {
                lift(List.of(store.key()), upstream);
                boolean removes = steps.contains(FencedWrite.Step.UNLINK_KEY);
                if (removes) {
                    CommandWriter.write(upstream.out().room(store.key().length), UNLINK, store.key());
                    expect(store, VoidFill.Unexplained, List.of(), then, upstream, settings);
                }
                yield removes;
            }
        };
    }

    private void fill(Command command, Fence.Store store, Nonce nonce, UpstreamConnection upstream) {
        Argument value = Argument.kept(store.valueAt(), store.valueAt() + 1);
        upstream.script(Script.FILL, 6 + CommandWriter.count(store.options()));
        upstream.argument(ONE_KEY_AND_FENCE);
        upstream.argument(store.key());
        upstream.argument(FenceKeys.fence(store.key()));
        upstream.argument(Handshake.ascii(nonce.value()));
        upstream.argument(FenceKeys.channel(store.key()));
        CommandWriter.arguments(upstream.out(), command, List.of(value));
        CommandWriter.arguments(upstream.out(), command, store.options());
    }

    private void expect(
            Fence.Store store,
            VoidFill reason,
            List<FollowUp> followUps,
            Plan then,
            UpstreamConnection upstream,
            Settings settings) {
        upstream.expect(
                ReplySlot.Pass.NORMAL,
                new FencedReply(store, reason, followUps, replies, client, upstream, settings),
                then.observation(),
                client.arrival);
    }

    /** Answers a command without Redis. Of the readers that get nil then one loads for all of this pod. */
    void withoutRedis(Command command, Fence fence, @Nullable Observation observation, Loss loss, Settings settings) {
        Fences fences = settings.fences();
        OutageLoads loads = settings.backend().outage(loop);
        if (fence instanceof Fence.Read read && observation != null && observation.canAnswerAbsent()) {
            Nonce begun = loads.begin(read, fences);
            if (begun == null) {
                new OutageRead(read, observation, fences, client, replies, loads, loop);
            } else {
                fences.begun(read, begun);
                observation.answerAbsent(client.out.room(0), client.session.resp3());
            }
            return;
        }
        replies.substitute(client.out.room(0), fence, observation, loss);
        switch (fence) {
            case Fence.Store store ->
                loads.stored(store.key(), fences.write(store.key(), store.policy()), command.copy(store.valueAt()));
            case Fence.Lift lift -> loads.lifted(lift.keys());
            case Fence.StoreAll _, Fence.Read _, Fence.ReadAll _ -> {}
        }
    }

    /**
     * {@return whether a script was sent in place of a command, that does all in one step and has the same reply}
     * Otherwise the command goes as it is: a read, or one whose reply a script could not give.
     */
    boolean sendAsScript(Command command, Fence fence, UpstreamConnection upstream, Settings settings) {
        switch (fence) {
            case Fence.ReadAll _ -> {
                return false;
            }
            case Fence.Read read -> {
                if (!read.removes() || !ScriptedCommands.isOne(command)) {
                    return false;
                }
                liftAndSend(command, List.of(read.key()), upstream);
            }
            case Fence.Lift lift -> {
                if (!ScriptedCommands.isOne(command)) {
                    return false;
                }
                liftAndSend(command, lift.keys(), upstream);
            }
            case Fence.Store store -> {
                Argument value = Argument.kept(store.valueAt(), store.valueAt() + 1);
                begin(Script.WRITE, 1, 4 + CommandWriter.count(store.options()), upstream);
                keyAndFence(store.key(), upstream);
                write(
                        command,
                        store.key(),
                        settings.fences().write(store.key(), store.policy()),
                        value,
                        store.options(),
                        upstream);
            }
            case Fence.StoreAll all -> {
                begin(Script.WRITE, all.sets().size(), 4 * all.sets().size(), upstream);
                all.sets().forEach(set -> keyAndFence(set.key(), upstream));
                for (Fence.Set set : all.sets()) {
                    FencedWrite write =
                            set.policy() == null ? null : settings.fences().write(set.key(), set.policy());
                    Argument value = Argument.kept(set.valueAt(), set.valueAt() + 1);
                    write(command, set.key(), write, value, List.of(), upstream);
                }
            }
        }
        return true;
    }

    private static void liftAndSend(Command command, List<byte[]> keys, UpstreamConnection upstream) {
        CommandWriter.begin(upstream.out().room(0), 3 + 2 * keys.size() + command.count());
        Script.LIFT.call(false).forEach(word -> upstream.argument(word));
        upstream.argument(Handshake.ascii(Integer.toString(keys.size())));
        keys.forEach(key -> upstream.argument(FenceKeys.fence(key)));
        keys.forEach(key -> upstream.argument(FenceKeys.channel(key)));
        CommandWriter.arguments(upstream.out(), command, List.of(Argument.kept(0, command.count())));
    }

    /** In a transaction it would be too late to hear that Redis has no script of this digest. */
    private static void begin(Script script, int sets, int arguments, UpstreamConnection upstream) {
        CommandWriter.begin(upstream.out().room(0), 3 + 2 * sets + arguments);
        script.call(false).forEach(word -> upstream.argument(word));
        upstream.argument(Handshake.ascii(Integer.toString(2 * sets)));
    }

    private static void keyAndFence(byte[] key, UpstreamConnection upstream) {
        upstream.argument(key);
        upstream.argument(FenceKeys.fence(key));
    }

    /** @param write null: the key has no fence */
    private static void write(
            Command command,
            byte[] key,
            @Nullable FencedWrite write,
            Argument value,
            List<Argument> options,
            UpstreamConnection upstream) {
        String what = switch (write) {
            case FencedWrite.Fill(Nonce nonce) -> "fill:" + nonce.value();
            case FencedWrite.Pipeline pipeline -> pipeline.steps().contains(FencedWrite.Step.APPLY) ? "store" : "void";
            case null -> "plain";
        };
        upstream.argument(Handshake.ascii(what));
        upstream.argument(FenceKeys.channel(key));
        CommandWriter.arguments(upstream.out(), command, List.of(value));
        upstream.argument(Handshake.ascii(Integer.toString(CommandWriter.count(options))));
        CommandWriter.arguments(upstream.out(), command, options);
    }
}
