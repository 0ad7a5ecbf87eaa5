package dev.cachepolicy.agent.proxy;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which upstream connection a client's next command takes: the one that all plain clients share, or, where a command or
 * the client has a state of its own, one of its own.
 *
 * <pre>
 *            a command that needs its own connection,
 *            and no reply is due
 *   Shared ------------------------------------------> Own
 *          <------------------------------------------
 *            the state has ended, and no reply is due
 * </pre>
 *
 * <p>All replies that are due to a client are due on one connection. So a client changes over only when none is, its
 * commands take effect in the order in which it sent them, and their replies come in this order by themselves.
 *
 * <p>The own connection is opened when first needed, told what the client said of itself, and kept for a while after it
 * was needed: who uses one transaction uses more.
 */
final class UpstreamRoute {

    /** The answer. */
    sealed interface Way {}

    /** This one. */
    record Open(UpstreamConnection upstream) implements Way {}

    /** One that is not ready yet, or whose loss the client has still to hear of, or another while replies are due. */
    record Wait() implements Way {}

    /** None: Redis is down. */
    record Down(UpstreamFailure failure) implements Way {}

    /** How long a connection that is not needed is kept. */
    static final Duration KEPT = Duration.ofSeconds(10);

    static final Wait WAIT = new Wait();

    private final Supplier<Backend> backends;
    private final Client client;
    private final EventLoop loop;

    /** Where the replies that are due are due, or the last one was. */
    private @Nullable UpstreamConnection current;

    /** Where that connection leads to. */
    private @Nullable Backend backend;

    private @Nullable SharedUpstream shared;
    private @Nullable Backend sharedOf;
    private boolean sharedResp3;
    private @Nullable UpstreamConnection own;
    private @Nullable Backend ownBackend;
    private @Nullable Future<?> closing;

    /** @param backends gives the backend for new connections */
    UpstreamRoute(Supplier<Backend> backends, Client client, EventLoop loop) {
        this.backends = backends;
        this.client = client;
        this.loop = loop;
    }

    /**
     * {@return the way for the client's next command}
     *
     * @param sharing whether the command may go among those of others
     * @param router gets the events of a connection of the client's own, and is told when one that it must wait for is there
     */
    Way next(boolean sharing, ReplyRouter router) {
        return sharing && client.canShare() ? shared(router) : own(router);
    }

    @SuppressWarnings("ReferenceEquality") // connections have identity
    private Way shared(ReplyRouter router) {
        Backend latest = backends.get();
        if (current != null && isOwn(current) && client.unanswered) {
            fence(current, router);
        }
        if (client.awaits() && (isOwn(current) || latest != backend)) {
            return WAIT;
        }
        SharedUpstream shared = shared(latest);
        UpstreamFailure failure = shared.down();
        if (failure != null) {
            return new Down(failure);
        }
        Way way = shared.way(router);
        if (way instanceof Open open && open.upstream() != current) {
            use(open.upstream(), latest);
            closeOwnLater();
        }
        return way;
    }

    /** {@return the connection for what a command at hand still needs, null: there is none now} */
    @Nullable
    UpstreamConnection ready(ReplyRouter router) {
        UpstreamConnection upstream = current;
        if (upstream != null && upstream.state() instanceof UpstreamState.Ready) {
            return upstream;
        }
        if (isOwn(upstream) || shared == null || sharedOf == null || shared.down() != null) {
            return null;
        }
        if (shared.way(router) instanceof Open(UpstreamConnection again)) {
            use(again, sharedOf);
            return again;
        }
        return null;
    }

    /** Where Redis may tell a client more than it asked for, what it tells of all commands so far comes before what follows. */
    void fence(ReplyRouter router) {
        UpstreamConnection upstream = current;
        if (upstream != null && isOwn(upstream) && client.replies == Client.Replies.On) {
            fence(upstream, router);
        }
    }

    /** The reply to come tells that all before it was carried out. */
    private void fence(UpstreamConnection upstream, ReplyRouter router) {
        if (upstream.state() instanceof UpstreamState.Ready) {
            client.unanswered = false;
            upstream.ping(router);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private SharedUpstream shared(Backend of) {
        SharedUpstream known = shared;
        if (known == null || sharedOf != of || sharedResp3 != client.session.resp3()) {
            sharedOf = of;
            sharedResp3 = client.session.resp3();
            known = of.shared(loop, sharedResp3);
            shared = known;
        }
        return known;
    }

    @SuppressWarnings("ReferenceEquality")
    private Way own(ReplyRouter router) {
        if (client.awaits() && !isOwn(current)) {
            return WAIT;
        }
        Backend latest = backends.get();
        if (ownBackend != latest && !client.awaits() && client.canMove() && !client.unanswered) {
            keepOwn();
            closeOwn();
        }
        UpstreamConnection open = own;
        if (open != null && ownBackend != null) {
            UpstreamFailure hung = ownBackend.hung();
            if (!(open.state() instanceof UpstreamState.Ready)) {
                return WAIT;
            }
            if (hung != null) {
                return new Down(hung);
            }
            keepOwn();
            use(open, ownBackend);
            return open.way();
        }
        UpstreamFailure failure = latest.down();
        if (failure != null) {
            return new Down(failure);
        }
        ownBackend = latest;
        own = latest.open(router, client.session, loop);
        use(own, latest);
        return WAIT;
    }

    @SuppressWarnings("ReferenceEquality") // connections have identity
    private void use(UpstreamConnection upstream, Backend to) {
        if (current != upstream) {
            settle();
        }
        current = upstream;
        backend = to;
    }

    private void keepOwn() {
        if (closing != null) {
            closing.cancel(false);
            closing = null;
        }
    }

    private void closeOwnLater() {
        if (own != null && closing == null) {
            closing = loop.schedule(this::closeOwn, KEPT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Not needed any more; it is no loss. */
    private void closeOwn() {
        closing = null;
        UpstreamConnection kept = own;
        if (isOwn(current)) {
            forget();
        }
        own = null;
        ownBackend = null;
        if (kept != null) {
            kept.close();
        }
    }

    /** {@return the connection on which replies are due, or on which the last one was} */
    @Nullable
    UpstreamConnection current() {
        return current;
    }

    /** {@return the connection of the client's own, if there is one} */
    @Nullable
    UpstreamConnection own() {
        return own;
    }

    /** {@return where the client's own connection leads to} */
    @Nullable
    Backend ownBackend() {
        return ownBackend;
    }

    /** {@return whether the client's own connection is in use and takes no more at the moment} */
    boolean isFull() {
        return current != null
                && isOwn(current)
                && current.state() instanceof UpstreamState.Ready
                && !current.isWritable();
    }

    /** The client takes replies, or takes none at the moment. */
    void paused(boolean paused, ReplyRouter router) {
        if (current != null && isOwn(current)) {
            current.pauseReading(paused);
        } else if (!paused && shared != null) {
            shared.resumeIfTaken(router);
        }
    }

    /** The client does not take a long reply that is being given to it. */
    void stalled(ReplyRouter router) {
        if (shared != null && !isOwn(current)) {
            client.alone = true;
            shared.stalled(router);
        }
    }

    /** {@return whether a connection is the client's own, and not one that it no longer needed} */
    @SuppressWarnings("ReferenceEquality")
    boolean isOwn(@Nullable UpstreamConnection connection) {
        return connection != null && connection == own;
    }

    /** {@return where the connection in use leads to, or the next one would} */
    Backend backend() {
        return backend == null ? backends.get() : backend;
    }

    /** Lets go of the client's bytes. */
    void settle() {
        if (current != null && current.state() instanceof UpstreamState.Ready) {
            current.out().settle();
        }
    }

    /** Sends what was written. To the shared connection it is sent together with what others write in this turn. */
    void flush() {
        UpstreamConnection upstream = current;
        if (upstream == null) {
            return;
        }
        if (isOwn(upstream)) {
            upstream.flush();
        } else {
            upstream.flushSoon();
        }
    }

    /** The client's own connection is gone. */
    void lostOwn(UpstreamFailure failure) {
        if (ownBackend != null) {
            ownBackend.report(failure);
        }
        endedOwn();
    }

    /** The client's own connection is gone, as was asked for. */
    void endedOwn() {
        keepOwn();
        if (isOwn(current)) {
            forget();
        }
        own = null;
        ownBackend = null;
        client.unanswered = false;
    }

    private void forget() {
        current = null;
        backend = null;
    }

    /** The client is gone. What others share does not end with it. */
    void close(ReplyRouter router) {
        keepOwn();
        closeOwn();
        if (shared != null) {
            shared.leave(router);
        }
    }
}
