package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Planner;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.resp.Command;
import dev.cachepolicy.resp.CommandSpec.Pace;
import dev.cachepolicy.resp.ProtocolViolation;
import dev.cachepolicy.resp.ReplyWriter;
import dev.cachepolicy.resp.RequestLimits;
import dev.cachepolicy.resp.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's connection: reads commands as long as they may be sent, and holds the rest in the socket.
 *
 * <p>A client is held while its upstream connection is being made, while Redis has not agreed to a change of the session,
 * while too many replies are due, while either socket is full, and before a command that must not overtake a follow-up.
 * Held means: not parsed, not read. So the memory that a client can take is what was read in one turn, and the pressure
 * ends where it began, in the application. Whatever may end a hold calls {@link #resume}, which tries again.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements ReplyRouter.Connection {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Listener listener;
    private final DuplexChannel channel;
    private final ProxyOptions options;
    private final AgentConfig.Limits limits;
    private final InputBuffer input = new InputBuffer();
    private final RequestReader reader;
    private final Client client;
    private final UpstreamRoute route;
    private final ReplyRouter replies;
    private final LocalReplies local;
    private final CommandRouter commands;
    private boolean taking;
    private boolean resuming;
    private boolean held;
    private boolean refused;
    private boolean inputEnded;
    private boolean draining;

    ClientConnection(Listener listener, DuplexChannel channel, ProxyOptions options) {
        this.listener = listener;
        this.channel = channel;
        this.options = options;
        this.limits = listener.settings().config().limits();
        this.reader = new RequestReader(new RequestLimits(
                limits.maxBulkBytes(), limits.maxArrayLength(), limits.maxInlineBytes(), options.maxRequestBytes()));
        this.client = new Client(new ClientOutput(new OutputBatch(channel)));
        this.route = new UpstreamRoute(() -> listener.settings().backend(), client, channel.eventLoop());
        Substitute substitute = new Substitute(listener::settings);
        this.replies = new ReplyRouter(client, route, this, substitute);
        this.local = replies.local();
        this.commands = new CommandRouter(
                client,
                route,
                replies,
                listener::settings,
                new Planner(options.random()),
                options.random(),
                channel.eventLoop());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (client.ending) {
            bytes.release();
            return;
        }
        client.arrival = System.nanoTime();
        try {
            input.append(context, bytes, reader.frameBytes());
        } catch (OutOfMemoryError e) {
            LOG.warn("closing a client's connection, its request does not fit: {}", e.getMessage());
            input.release();
            refuse(
                    Listener.Violation.OutOfMemory,
                    "ERR out of memory, a request may have at most " + options.maxRequestBytes()
                            + " bytes and others were on their way; try again");
            return;
        }
        takeCommands();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        afterTurn();
    }

    @Override
    public void resume() {
        takeCommands();
        afterTurn();
    }

    @Override
    public void resumeSoon() {
        if (!resuming) {
            resuming = true;
            onLoop(() -> {
                resuming = false;
                resume();
            });
        }
    }

    @Override
    public void released() {
        onLoop(() -> {
            if (!client.gone) {
                resume();
            }
        });
    }

    private void takeCommands() {
        if (taking || client.ending) {
            return;
        }
        taking = true;
        try {
            held = !takeAll();
        } catch (ProtocolViolation violation) {
            refuse(violation.kind(), "ERR " + violation.getMessage());
        } finally {
            taking = false;
        }
        route.settle();
        input.keep(channel.alloc());
    }

    /** Gives an error in its turn and takes nothing more; what the client still sends is thrown away. */
    private void refuse(Enum<?> kind, String error) {
        listener.metrics().violation(kind);
        client.ending = true;
        refused = true;
        held = false;
        route.fence(replies);
        local.give(reply -> ReplyWriter.error(reply, error), true);
    }

    /** {@return whether nothing is left that could be taken} */
    private boolean takeAll() throws ProtocolViolation {
        while (true) {
            if (mustWait()) {
                return false;
            }
            Command command = reader.next(input.unread());
            if (command == null) {
                return true;
            }
            if (isHttp(command)) {
                listener.metrics().violation(Listener.Violation.CrossProtocol);
                close();
                return true;
            }
            if (!commands.take(command)) {
                reader.unread(input.unread());
                return false;
            }
        }
    }

    /**
     * A browser or a server that was talked into an HTTP request to this port. Redis closes on these two words, and must
     * not be the one who does: here its connection is not the client's, and the lines that follow would be carried out
     * with the agent's credentials.
     */
    private static boolean isHttp(Command command) {
        return command.is(0, "POST") || command.is(0, "HOST:");
    }

    private boolean mustWait() {
        return draining
                || client.ending
                || client.settling > 0
                || client.due >= limits.maxPipeline()
                || !channel.isWritable()
                || route.isFull();
    }

    /** The upstream is flushed first: who has the reply to a write may look for its expiry elsewhere. */
    private void afterTurn() {
        route.flush();
        client.out.flush();
        if (client.out.pending() > limits.maxClientOutputBytes()) {
            tooSlow();
            return;
        }
        if (held || draining) {
            client.out.tellBlocking();
        }
        boolean reading = !held && !draining;
        if (!inputEnded && channel.config().isAutoRead() != reading) {
            channel.config().setAutoRead(reading);
        }
        endIfDone();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        route.paused(!channel.isWritable(), replies);
        resumeSoon();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            resume();
        }
    }

    /** The application sends nothing more, or must not: what it has asked for is answered, except what has no end. */
    private void endIfDone() {
        if (!inputEnded && !draining) {
            return;
        }
        if (client.awaits()) {
            UpstreamConnection own = route.own();
            if (inputEnded && own != null && (!held || client.canMove()) && waitsForOthers(own)) {
                askToEnd(own);
            }
        } else if (client.followUpsDue == 0 && (!held || draining)) {
            end();
        }
    }

    private boolean waitsForOthers(UpstreamConnection own) {
        return client.state instanceof ClientState.Streaming
                || own.slots().anyMatch(slot -> slot.pace() == Pace.Blocking);
    }

    /** Redis knows which of the replies that are due it can still give, gives them and hangs up. */
    private void askToEnd(UpstreamConnection own) {
        if (!client.finishing) {
            client.finishing = true;
            own.endInput();
            var _ = channel.eventLoop()
                    .schedule(this::closeIfUnfinished, options.responseTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void closeIfUnfinished() {
        if (client.finishing) {
            close();
        }
    }

    /** Runs something on this connection's event loop. */
    void onLoop(Runnable task) {
        channel.eventLoop().execute(task);
    }

    /** Takes no more commands, and ends when the replies that are due are given. */
    void drain() {
        draining = true;
        afterTurn();
    }

    @Override
    public void end() {
        client.ending = true;
        // Who ends a place may be in the middle of a write.
        client.out.afterPlaces(() -> channel.eventLoop().execute(this::endNow));
    }

    private void endNow() {
        client.out.flush();
        // Closed with something unread, a socket resets, and the client may lose what it was told.
        if ((refused || held) && !inputEnded && !draining) {
            LingeringClose.start(channel);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void tooSlow() {
        listener.metrics().violation(Listener.Violation.OutputTooLong);
        close();
    }

    @Override
    public boolean isHolding() {
        return held;
    }

    @Override
    public boolean isFarBehind() {
        return client.out.pending() > limits.maxClientOutputBytes() / 2;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void close() {
        client.ending = true;
        var _ = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        client.ending = true;
        client.gone = true;
        route.close(replies);
        input.release();
        client.out.release();
        listener.closed(this);
    }

    /** The application is gone, or there is no memory even to read what it sends; Redis would close likewise. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close();
    }
}
