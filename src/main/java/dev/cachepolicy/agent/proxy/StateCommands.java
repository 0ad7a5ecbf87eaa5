package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec.Effect;
import dev.cachepolicy.resp.CommandWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Forwards the commands that change what a connection is: transactions, subscriptions, the session. What a MULTI or WATCH
 * does is taken for granted when it is sent; a change of the session only when Redis agrees, and until then no later
 * command is sent, because what it means depends on the answer.
 */
final class StateCommands {

    private final Client client;
    private final ReplyTarget target;

    StateCommands(Client client, ReplyTarget target) {
        this.client = client;
        this.target = target;
    }

    /** {@return whether a command is an AUTH that the agent answers, being authenticated itself} */
    boolean isAnsweredAuth(Command command) {
        return command.spec().effect() == Effect.Auth
                && (command.count() == 2 || command.count() == 3)
                && client.state instanceof ClientState.Plain
                && client.replies == Client.Replies.On;
    }

    void send(Command command, UpstreamConnection upstream, @Nullable Credentials credentials) {
        Effect effect = command.spec().effect();
        if (client.state instanceof ClientState.InTransaction(Transaction transaction) && isQueued(effect)) {
            queue(command, upstream, transaction, credentials != null);
            return;
        }
        if (effect == Effect.Hello) {
            hello(command, upstream, credentials != null);
            return;
        }
        if (effect == Effect.Auth && credentials != null && command.count() > 1) {
            select(upstream, client.session.database());
            expect(upstream, ReplySlot.Pass.NORMAL);
            return;
        }
        CommandRouter.forward(command, upstream);
        switch (effect) {
            case Multi -> {
                expect(upstream, ReplySlot.Pass.NORMAL);
                client.state = client.state.multi(client.session.database());
            }
            case Exec -> exec(upstream);
            case Discard -> {
                expect(upstream, ReplySlot.Pass.NORMAL);
                client.state = client.state.endTransaction();
            }
            case Watch -> {
                expect(upstream, ReplySlot.Pass.NORMAL);
                client.state = client.state.watch();
            }
            case Unwatch -> {
                expect(upstream, ReplySlot.Pass.NORMAL);
                client.state = client.state.unwatch();
            }
            case Subscribe -> expect(upstream, confirming(command));
            case Unsubscribe -> expect(upstream, new ReplySlot.Confirming(command.count() - 1));
            case Monitor -> settle(upstream, () -> client.state = new ClientState.Monitoring());
            case Stream -> {
                client.state = new ClientState.Streaming();
                upstream.expect(new ReplySlot.Stream(), target);
            }
            case Select -> {
                int database = command.count() == 2 ? (int) command.integer(1) : 0;
                settle(upstream, () -> client.session = client.session.withDatabase(database));
            }
            case Auth, Pin -> settle(upstream, () -> client.session = client.session.pin());
            case Reset -> reset(upstream, credentials);
            case Quit -> {
                client.ending = true;
                upstream.expect(new ReplySlot.Closing(), target);
            }
            case Client -> client(command, upstream);
            case None, Hello -> throw new IllegalStateException("handled before");
        }
    }

    private static ReplySlot confirming(Command command) {
        return command.count() == 1 ? ReplySlot.Pass.NORMAL : new ReplySlot.Confirming(command.count() - 1);
    }

    private void expect(UpstreamConnection upstream, ReplySlot slot) {
        if (client.takesReply()) {
            upstream.expect(slot, target);
        }
    }

    private void settle(UpstreamConnection upstream, Runnable agreed) {
        if (client.takesReply()) {
            client.settling++;
            upstream.expect(new ReplySlot.Settling(agreed), target);
        } else {
            agreed.run();
        }
    }

    /** These are carried out at once, or refused, even between MULTI and EXEC. */
    private static boolean isQueued(Effect effect) {
        return switch (effect) {
            case Multi, Exec, Discard, Watch, Reset, Quit -> false;
            default -> true;
        };
    }

    private void queue(Command command, UpstreamConnection upstream, Transaction transaction, boolean authenticated) {
        Effect effect = command.spec().effect();
        if (effect == Effect.Auth && authenticated && command.count() > 1) {
            select(upstream, transaction.database);
        } else if (effect == Effect.Hello) {
            forward(Hello.parse(command), command, upstream, authenticated);
        } else {
            CommandRouter.forward(command, upstream);
        }
        Transaction.Queued queued = null;
        switch (effect) {
            case Select -> {
                transaction.selects = true;
                transaction.database = command.count() == 2 ? (int) command.integer(1) : transaction.database;
                queued = new Transaction.Selects(transaction.database);
            }
            case Subscribe, Unsubscribe, Monitor, Stream -> transaction.streams = true;
            case Unwatch -> {}
            default -> transaction.pins = true;
        }
        expect(upstream, new ReplySlot.Queueing(transaction, queued));
    }

    /** Has the reply that AUTH has, and no other effect: in a transaction too, where only Redis can answer. */
    private static void select(UpstreamConnection upstream, int database) {
        CommandWriter.write(
                upstream.out().room(0), Handshake.ascii("SELECT"), Handshake.ascii(Integer.toString(database)));
    }

    private void exec(UpstreamConnection upstream) {
        ClientState before = client.state;
        client.state = before.endTransaction();
        if (!(before instanceof ClientState.InTransaction(Transaction transaction))) {
            expect(upstream, ReplySlot.Pass.NORMAL);
        } else if (transaction.streams) {
            client.state = new ClientState.Streaming();
            upstream.expect(new ReplySlot.Stream(), target);
        } else if (client.takesReply()) {
            client.followUpsDue += transaction.hasFollowUps ? 1 : 0;
            client.settling += transaction.selects || transaction.pins ? 1 : 0;
            upstream.expect(new ReplySlot.Executing(transaction), target);
        }
    }

    private void reset(UpstreamConnection upstream, @Nullable Credentials credentials) {
        client.replies = Client.Replies.On;
        settle(upstream, client::reset);
        if (credentials != null) {
            CommandWriter.write(upstream.out().room(0), credentials.auth());
            upstream.expect(ReplySlot.Swallow.INSTANCE, target);
        }
    }

    private void hello(Command command, UpstreamConnection upstream, boolean authenticated) {
        Hello hello = Hello.parse(command);
        boolean pins = hello.authenticates() && !authenticated;
        forward(hello, command, upstream, authenticated);
        if (command.count() == 1) {
            expect(upstream, ReplySlot.Pass.NORMAL);
            return;
        }
        settle(upstream, () -> {
            Session agreed = hello.agreed(client.session);
            client.session = pins ? agreed.pin() : agreed;
        });
    }

    private static void forward(Hello hello, Command command, UpstreamConnection upstream, boolean authenticated) {
        if (hello.authenticates() && authenticated) {
            CommandWriter.rewrite(upstream.out(), command, hello.withoutAuth());
        } else {
            CommandRouter.forward(command, upstream);
        }
    }

    private void client(Command command, UpstreamConnection upstream) {
        if (command.count() == 3 && command.is(1, "SETNAME")) {
            byte[] name = command.copy(2);
            settle(upstream, () -> client.session = client.session.withClientName(name));
        } else if (command.count() == 4 && command.is(1, "SETINFO")) {
            String attribute = new String(command.copy(2), StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
            byte[] value = command.copy(3);
            settle(upstream, () -> client.session = client.session.withClientInfo(attribute, value));
        } else if (command.count() == 3 && command.is(1, "REPLY")) {
            reply(command, upstream);
        } else if (isPinned(command)) {
            settle(upstream, () -> client.session = client.session.pin());
        } else {
            expect(upstream, ReplySlot.Pass.NORMAL);
        }
    }

    /** An id, too, is a state: who has asked for it may name itself by it. */
    private static boolean isPinned(Command command) {
        return (command.count() == 2 && command.is(1, "ID"))
                || (command.count() > 2
                        && (command.is(1, "TRACKING")
                                || command.is(1, "NO-EVICT")
                                || command.is(1, "NO-TOUCH")
                                || command.is(1, "CACHING")));
    }

    private void reply(Command command, UpstreamConnection upstream) {
        if (command.is(2, "OFF")) {
            client.replies = Client.Replies.Off;
        } else if (command.is(2, "SKIP")) {
            client.replies = client.replies == Client.Replies.Off ? Client.Replies.Off : Client.Replies.SkipNext;
        } else {
            client.replies = command.is(2, "ON") ? Client.Replies.On : client.replies;
            expect(upstream, ReplySlot.Pass.NORMAL);
        }
    }
}
