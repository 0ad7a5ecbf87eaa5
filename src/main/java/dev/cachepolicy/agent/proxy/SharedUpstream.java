package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.resp.ReplyFramer;
import dev.cachepolicy.resp.ReplyType;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection that the plain clients of an event loop share, for one protocol: their commands are written one behind
 * the other, their replies told apart by position. For Redis it is one client that pipelines, which costs it less than
 * many do; and for the agent one read and one write for all.
 *
 * <p>What one client does must not be felt by the others, as far as that is possible. Its commands are bounded by its
 * pipeline limit; replies that it does not take are kept for it up to half of its output limit. Beyond that, and while a
 * long reply comes that it does not take, the connection waits for it; but only as long as it takes {@link #LONG_REPLY}
 * bytes in each {@link #PROGRESS}, then the client is closed and what still comes for it thrown away. A client that others
 * had to wait for once gets a connection of its own from then on.
 *
 * <p>Used on the event loop only.
 */
final class SharedUpstream implements UpstreamOwner {

    /** A reply longer than this is not kept in memory. */
    static final int LONG_REPLY = 1 << 20;

    /** How long a client has to take so much. */
    static final Duration PROGRESS = Duration.ofSeconds(1);

    private final Backend backend;
    private final Session session;
    private final EventLoop loop;
    private final Set<ReplyRouter> waiting = new LinkedHashSet<>();
    private @Nullable UpstreamConnection connection;
    private @Nullable ReplyRouter stalledBy;
    private @Nullable ReplyRouter watched;
    private @Nullable Future<?> watch;

    /** @param session of a client that has said nothing but the protocol */
    SharedUpstream(Backend backend, Session session, EventLoop loop) {
        this.backend = backend;
        this.session = session;
        this.loop = loop;
    }

    /** {@return why no command can be sent here now, or null if as far as is known one can} */
    @Nullable
    UpstreamFailure down() {
        return connection != null && connection.state() instanceof UpstreamState.Ready
                ? backend.hung()
                : backend.down();
    }

    /** {@return the way for a client's command; if it must wait, it is resumed when that has changed} */
    UpstreamRoute.Way way(ReplyRouter client) {
        UpstreamConnection open = connection;
        if (open == null) {
            open = backend.open(this, session, loop);
            connection = open;
        }
        if (open.state() instanceof UpstreamState.Ready && open.isWritable()) {
            return open.way();
        }
        waiting.add(client);
        return UpstreamRoute.WAIT;
    }

    /** A client is gone. */
    void leave(ReplyRouter client) {
        waiting.remove(client);
        resumeIfTaken(client);
    }

    /** Ends the connection when no reply is due. */
    void retire() {
        UpstreamConnection open = connection;
        if (open != null && open.slots().isEmpty()) {
            open.close();
        }
    }

    @Override
    public void upstreamReady() {
        wake();
    }

    @Override
    public void upstreamWritable() {
        wake();
    }

    /** Soon: it may be told from within a write, and writes must not nest. */
    private void wake() {
        List<ReplyRouter> woken = new ArrayList<>(waiting);
        waiting.clear();
        woken.forEach(ReplyRouter::upstreamWritable);
    }

    @Override
    public boolean slowReplyIsHopeless(boolean othersWait) {
        return backend.isSilent(othersWait);
    }

    /** Nobody has asked for a push here. */
    @Override
    public boolean isUnasked(ReplyFramer reply, @Nullable ReplySlot next) {
        return reply.type() == ReplyType.Push;
    }

    @Override
    public void readComplete() {
        if (backend.isClosed()) {
            retire();
        }
    }

    /** A client does not take the long reply that is being given to it. */
    @SuppressWarnings("ReferenceEquality") // clients have identity
    void stalled(ReplyRouter client) {
        UpstreamConnection open = connection;
        if (stalledBy != null || open == null) {
            return;
        }
        stalledBy = client;
        open.pauseReading(true);
        if (watched != client) {
            watched = client;
            watch(client);
        }
    }

    /** One watch at a time: who takes a long reply stalls and goes on many times a second, and that is one matter. */
    private void watch(ReplyRouter client) {
        if (watch != null) {
            watch.cancel(false);
        }
        long before = client.taken();
        watch = loop.schedule(() -> check(client, before), PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Who does not stall at the moment is none that others wait for. */
    @SuppressWarnings("ReferenceEquality")
    private void check(ReplyRouter client, long before) {
        if (stalledBy != client) {
            watched = null;
        } else if (client.taken() - before >= LONG_REPLY) {
            watch(client);
        } else {
            watched = null;
            client.tooSlow();
        }
    }

    /** A client takes replies again, or is closed. */
    @SuppressWarnings("ReferenceEquality")
    void resumeIfTaken(ReplyRouter client) {
        UpstreamConnection open = connection;
        if (stalledBy == client) {
            stalledBy = null;
            if (open != null) {
                open.pauseReading(false);
            }
        }
    }

    /** Everything in flight gets an answer of its client's own, and nothing is sent again. */
    @Override
    public void upstreamLost(UpstreamConnection lost, UpstreamFailure failure, boolean insideReply) {
        connection = null;
        stalledBy = null;
        backend.report(failure);
        Loss loss = new Loss(backend.endpoint(), failure, lost.address());
        Set<ReplyTarget> clients = new LinkedHashSet<>();
        ReplyTarget cut = insideReply ? lost.slots().target() : null;
        lost.slots().drain((slot, client, observation) -> {
            client.answered();
            clients.add(client);
            if (!client.equals(cut)) {
                client.failed(slot, observation, loss);
            }
        });
        clients.forEach(client -> client.lost(client.equals(cut)));
        if (failure.kind() == UpstreamFailure.Kind.SessionRefused) {
            List<ReplyRouter> told = new ArrayList<>(waiting);
            waiting.clear();
            told.forEach(client -> client.notAsTold(backend.endpoint(), failure));
        }
        wake();
    }
}
