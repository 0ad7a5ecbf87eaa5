package dev.cachepolicy.agent.proxy;

import io.netty.channel.EventLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which upstream connection a client's next command takes. Here: one of the client's own, opened when first needed. */
final class UpstreamRoute {

    /** The answer. */
    sealed interface Way {}

    /** This one. */
    record Open(UpstreamConnection upstream) implements Way {}

    /** One that is not ready yet, or whose loss the client has still to hear of. */
    record Wait() implements Way {}

    /** None: Redis is down. */
    record Down(UpstreamFailure failure) implements Way {}

    private static final Wait WAIT = new Wait();

    private final Supplier<Backend> backends;
    private final EventLoop loop;
    private @Nullable UpstreamConnection current;
    private @Nullable Backend backend;

    /** @param backends gives the backend for new connections */
    UpstreamRoute(Supplier<Backend> backends, EventLoop loop) {
        this.backends = backends;
        this.loop = loop;
    }

    /**
     * {@return the way for the next command of a client that stands where its session says}
     *
     * @param owner of a connection that has to be opened
     */
    Way next(Session session, UpstreamOwner owner) {
        UpstreamConnection open = current;
        if (open != null && backend != null) {
            UpstreamFailure hung = backend.hung();
            return switch (open.state()) {
                case UpstreamState.Ready _ -> hung == null ? new Open(open) : new Down(hung);
                case UpstreamState.Connecting _, UpstreamState.Handshaking _, UpstreamState.Closed _ -> WAIT;
            };
        }
        Backend latest = backends.get();
        UpstreamFailure failure = latest.down();
        if (failure != null) {
            return new Down(failure);
        }
        backend = latest;
        current = latest.open(owner, session, loop);
        return WAIT;
    }

    /** {@return the connection in use, if there is one} */
    @Nullable
    UpstreamConnection current() {
        return current;
    }

    /** {@return where the connection in use leads to, or the next one would} */
    Backend backend() {
        return backend == null ? backends.get() : backend;
    }

    /** The connection in use is gone. */
    void lost(UpstreamFailure failure) {
        backend().report(failure);
        current = null;
        backend = null;
    }

    /** The client is gone. */
    void close() {
        if (current != null) {
            current.close();
        }
    }
}
