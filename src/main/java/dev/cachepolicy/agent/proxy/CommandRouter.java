package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.FollowUp;
import dev.cachepolicy.agent.policy.Observation;
import dev.cachepolicy.agent.policy.Plan;
import dev.cachepolicy.agent.policy.Planner;
import dev.cachepolicy.agent.policy.StaleKeys;
import dev.cachepolicy.resp.Argument;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec.Effect;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.CommandWriter;
import dev.cachepolicy.resp.ReplyWriter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes a client's commands one by one: to Redis as their plan has it, or to an answer of the agent's own.
 *
 * <p>The way that most commands take is found with {@code instanceof}, before a switch: a switch on patterns is linked when
 * it is first reached, and that would be in the first reply for which an application waits.
 */
final class CommandRouter {

    private final Client client;
    private final UpstreamRoute route;
    private final ReplyRouter replies;
    private final LocalReplies local;
    private final FencedCommands fenced;
    private final FencedReads reads;
    private final TriggeringWrites triggering;
    private final Supplier<Settings> settings;
    private final StateCommands states;
    private final Planner planner;

    CommandRouter(
            Client client,
            UpstreamRoute route,
            ReplyRouter replies,
            Supplier<Settings> settings,
            Planner planner,
            RandomGenerator random,
            EventLoop loop) {
        this.client = client;
        this.route = route;
        this.replies = replies;
        this.local = replies.local();
        this.settings = settings;
        this.fenced = new FencedCommands(client, replies, loop);
        this.reads = new FencedReads(client, replies, random);
        this.triggering = new TriggeringWrites(client, replies, fenced, loop);
        this.states = new StateCommands(client, replies);
        this.planner = planner;
    }

    /** {@return whether the command was taken; otherwise it must be offered again when something has changed} */
    boolean take(Command command) {
        if (command.spec().isBarrier() && client.followUpsDue > 0) {
            return false;
        }
        if (command.spec().effect() != Effect.None && client.held > 0) {
            return false; // its connection must stay as it is, because more may have to be asked on it
        }
        Settings current = settings.get();
        if (current.config().credentials() != null && states.isAnsweredAuth(command)) {
            local.give(reply -> ReplyWriter.status(reply, "OK"), false);
            return true;
        }
        if (command.spec().effect() == Effect.Quit && client.canShare()) {
            quit();
            return true;
        }
        ReplayGate.Passage passage = current.backend().gate().passage();
        if (passage instanceof ReplayGate.Open) {
            return route(command, current);
        }
        return switch (passage) {
            case ReplayGate.Open _ -> route(command, current);
            case ReplayGate.Selective(UpstreamFailure failure) ->
                isWithheld(command, current) ? withoutRedis(command, failure, current) : route(command, current);
            case ReplayGate.Held _ -> {
                current.backend().gate().await(replies);
                yield false;
            }
            case ReplayGate.Shut(UpstreamFailure failure) -> withoutRedis(command, failure, current);
        };
    }

    private boolean route(Command command, Settings current) {
        UpstreamRoute.Way way = route.next(isSharing(command), replies);
        if (way instanceof UpstreamRoute.Open(UpstreamConnection upstream)) {
            send(command, upstream, current);
            return true;
        }
        if (way instanceof UpstreamRoute.Down(UpstreamFailure failure)) {
            return withoutRedis(command, failure, current);
        }
        return false; // it waits, and is offered again
    }

    /** Its reply could tell of a value that must not be seen. A SET or DEL only takes such a value away. */
    private boolean isWithheld(Command command, Settings current) {
        Observation observation =
                planner.plan(command, client.database(), current.rules()).observation();
        return observation != null && observation.failsOpen() && observation.invalidation() == null;
    }

    private static boolean isSharing(Command command) {
        return command.spec().sharing() && (command.spec().pace() != Pace.MayBlock || pace(command) == Pace.Normal);
    }

    private void quit() {
        client.ending = true;
        local.give(reply -> ReplyWriter.status(reply, "OK"), true);
    }

    private void send(Command command, UpstreamConnection upstream, Settings current) {
        if (client.state instanceof ClientState.Streaming) {
            forward(command, upstream);
            return;
        }
        if (command.spec().verb().startsWith("WAIT") && client.canShare()) {
            // It is about the writes of its connection, and the client's were made on another. With each command of a
            // connection Redis notes how far replication is.
            upstream.ping(replies);
        }
        if (command.spec().effect() == Effect.Exec
                && client.state instanceof ClientState.InTransaction(Transaction transaction)) {
            List<byte[]> stale = List.copyOf(transaction.stale);
            if (transaction.streams) {
                // What comes behind EXEC's reply is the client's.
                states.send(command, upstream, null);
                TriggeringWrite.owe(stale, current, null);
            } else {
                triggering.send(stale, upstream, current, () -> states.send(command, upstream, null));
            }
            return;
        }
        if (command.spec().effect() != Effect.None) {
            states.send(command, upstream, current.config().credentials());
            return;
        }
        Plan plan = planner.plan(command, client.database(), current.rules());
        if (plan instanceof Plan.Triggering || !unliftedKeys(command, plan).isEmpty()) {
            sendTriggering(command, upstream, plan, current);
        } else {
            carryOut(command, upstream, plan, current);
        }
    }

    /** {@return fenced keys that a script names where nothing can lift their fences before it: they are removed behind it} */
    private List<byte[]> unliftedKeys(Command command, Plan plan) {
        return plan instanceof Plan.Fenced(Fence.Lift lift, Plan _)
                        && command.spec().keys().isNone()
                        && (client.state instanceof ClientState.InTransaction || client.replies != Client.Replies.On)
                ? lift.keys()
                : List.of();
    }

    private void sendTriggering(Command command, UpstreamConnection upstream, Plan plan, Settings current) {
        List<byte[]> stale = new ArrayList<>();
        Plan then = plan;
        if (plan instanceof Plan.Triggering triggers) {
            triggers.stale().count();
            stale.addAll(triggers.stale().keys());
            then = triggers.then();
        }
        stale.addAll(unliftedKeys(command, then));
        Plan carriedOut = then;
        if (client.state instanceof ClientState.InTransaction(Transaction transaction)) {
            transaction.stale.addAll(stale);
            carryOut(command, upstream, carriedOut, current);
        } else {
            triggering.send(stale, upstream, current, () -> carryOut(command, upstream, carriedOut, current));
        }
    }

    private void carryOut(Command command, UpstreamConnection upstream, Plan plan, Settings current) {
        if (plan instanceof Plan.Fenced(Fence fence, Plan then)) {
            send(command, upstream, fence, then, current);
        } else {
            send(command, upstream, plan);
        }
    }

    private void send(Command command, UpstreamConnection upstream, Fence fence, Plan then, Settings current) {
        if (client.state instanceof ClientState.InTransaction || client.replies != Client.Replies.On) {
            if (!fenced.sendAsScript(command, fence, upstream, current)) {
                write(command, upstream, then);
            }
            expect(command, upstream, then, fence);
            return;
        }
        switch (fence) {
            case Fence.Read read -> {
                if (read.removes()) {
                    fenced.lift(List.of(read.key()), upstream);
                }
                reads.read(command, read, then, upstream, current);
            }
            case Fence.Lift lift -> {
                fenced.lift(lift.keys(), upstream);
                send(command, upstream, then);
            }
            case Fence.Store store -> {
                if (!fenced.store(command, store, then, upstream, current)) {
                    send(command, upstream, then);
                }
            }
            case Fence.StoreAll _ -> {
                fenced.sendAsScript(command, fence, upstream, current);
                expect(command, upstream, then, null);
            }
            case Fence.ReadAll read -> reads.readAll(command, read, then, upstream, current);
        }
    }

    private void send(Command command, UpstreamConnection upstream, Plan plan) {
        write(command, upstream, plan);
        expect(command, upstream, plan, null);
    }

    static void write(Command command, UpstreamConnection upstream, Plan plan) {
        List<Argument> arguments = Plan.arguments(plan);
        if (arguments.isEmpty()) {
            forward(command, upstream);
        } else {
            CommandWriter.rewrite(upstream.out(), command, arguments);
        }
    }

    static void forward(Command command, UpstreamConnection upstream) {
        upstream.out().take(command.buffer(), command.frameStart(), command.frameEnd());
    }

    /** @param fence what a read in a transaction is to the fences of its keys */
    private void expect(Command command, UpstreamConnection upstream, Plan plan, @Nullable Fence fence) {
        Observation observation = plan.observation();
        List<FollowUp> followUps = plan instanceof Plan.Follow follow ? follow.followUps() : List.of();
        if (!client.takesReply()) {
            // Whether it was an error will not be known. A key without an expiry stays for ever, so that is assumed.
            ReplyRouter answered = client.replies == Client.Replies.On ? replies : null;
            followUps.forEach(followUp -> send(followUp, upstream, answered));
            return;
        }
        if (client.state instanceof ClientState.InTransaction(Transaction transaction)) {
            transaction.hasFollowUps |= !followUps.isEmpty();
            transaction.slow |= command.spec().pace() == Pace.Slow;
            upstream.expect(
                    new ReplySlot.Queueing(
                            transaction,
                            observation == null ? null : new Transaction.Governed(observation, followUps, fence)),
                    replies);
            return;
        }
        ReplySlot slot = ReplySlot.Pass.of(pace(command));
        if (!followUps.isEmpty()) {
            client.followUpsDue++;
            slot = new ReplySlot.FollowedUp(followUps, slot.pace());
        }
        upstream.expect(slot, replies, observation, client.arrival);
    }

    /** Sends a follow-up; whoever gets its reply, null: none will come. */
    static void send(FollowUp followUp, UpstreamConnection upstream, @Nullable ReplyRouter answered) {
        followUp.write(upstream.out().room(followUp.key().length));
        if (answered != null) {
            upstream.expect(new ReplySlot.Followed(followUp), answered);
        }
    }

    private static Pace pace(Command command) {
        Pace pace = command.spec().pace();
        if (pace != Pace.MayBlock) {
            return pace;
        }
        for (int i = 1; i < command.count() && !command.is(i, "STREAMS"); i++) {
            if (command.is(i, "BLOCK")) {
                return Pace.Blocking;
            }
        }
        return Pace.Normal;
    }

    /**
     * A client whose connection has a state of its own loses it: to leave one command out of a transaction and send the
     * next would be worse than an error.
     */
    private boolean withoutRedis(Command command, UpstreamFailure failure, Settings current) {
        UpstreamConnection upstream = route.own();
        if (upstream != null && !client.canMove()) {
            upstream.fail(failure);
            return false;
        }
        if (command.spec().effect() == Effect.Quit) {
            quit();
            return true;
        }
        Introduction introduction = current.rules().failsOpen()
                ? Introduction.of(command, client.session, current.config().credentials() != null)
                : null;
        if (introduction != null && upstream != null) {
            // It was told otherwise, and Redis may come back on it.
            upstream.fail(failure);
            return false;
        }
        if (introduction != null) {
            client.session = introduction.session();
            local.give(introduction.reply(), false);
            return true;
        }
        Plan plan = planner.plan(command, client.database(), current.rules());
        if (plan instanceof Plan.Triggering(StaleKeys stale, Plan then)) {
            triggering.withoutRedis(stale, then.observation(), current);
            plan = then;
        }
        answerWithoutRedis(command, plan, failure, current);
        return true;
    }

    private void answerWithoutRedis(Command command, Plan plan, UpstreamFailure failure, Settings current) {
        Fence fence = plan instanceof Plan.Fenced fencedPlan ? fencedPlan.fence() : null;
        Loss loss = new Loss(route.backend().endpoint(), failure, null);
        if (fence != null && client.due == 0) {
            fenced.withoutRedis(command, fence, plan.observation(), loss, current);
        } else {
            local.give(reply -> replies.substitute(reply, fence, plan.observation(), loss), false);
        }
    }
}
