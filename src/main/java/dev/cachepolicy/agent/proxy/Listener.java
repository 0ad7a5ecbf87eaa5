package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.PolicyTable;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A port on which applications find the Redis of one backend. */
public final class Listener implements AutoCloseable {

    /** What clients may do wrong besides breaking the protocol. */
    enum Violation {
        TooManyConnections,
        OutputTooLong,
        CrossProtocol,
        OutOfMemory
    }

    private final BiFunction<ListenerConfig, Invalidations, Backend> backends;
    private final ProxyOptions options;
    private final ProxyMetrics metrics;
    private final Set<ClientConnection> clients = ConcurrentHashMap.newKeySet();
    private final Invalidations invalidations;
    private final Fences fences;
    private volatile Settings settings;
    private volatile @Nullable Channel channel;

    Listener(
            ListenerConfig config,
            BiFunction<ListenerConfig, Invalidations, Backend> backends,
            ProxyOptions options,
            ProxyMetrics metrics) {
        this.backends = backends;
        this.options = options;
        this.metrics = metrics;
        this.invalidations =
                new Invalidations(options.maxInvalidations(), options.maxInvalidationBytes(), metrics.invalidations());
        this.fences = new Fences(options.maxPendingLoadBytes(), options.restarted());
        Backend backend = backends.apply(config, invalidations);
        this.settings = new Settings(config, options.policyMetrics().bind(config.table()), backend, fences);
    }

    /**
     * Replaces what this listener does, from the next command of each client on; its connections stay. With a changed
     * endpoint or changed credentials, clients go on with new connections to Redis as soon as no reply is due, except those
     * whose connection has a state that cannot be told to another. Renewed certificates are for new connections only.
     */
    public synchronized void apply(ListenerConfig config) {
        Backend before = settings.backend();
        Backend after = before.serves(config) ? before : backends.apply(config, invalidations);
        after.renew(config.tls());
        fences.replaced(settings.rules());
        PolicyTable replaced = settings.config().table();
        settings = new Settings(config, options.policyMetrics().bind(config.table()), after, fences);
        options.policyMetrics().release(replaced);
        if (after != before) {
            before.close();
        }
    }

    /** {@return the port that is listened on} */
    public int port() {
        Channel listening = channel;
        if (listening == null) {
            throw new IllegalStateException("not listening");
        }
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** {@return applications connected now} */
    public int connections() {
        return clients.size();
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        stopListening();
        settings.backend().close();
        clients.forEach(client -> client.onLoop(client::close));
        options.policyMetrics().release(settings.config().table());
    }

    /** Stops listening; clients get the replies that are due and are closed. */
    void drain() {
        stopListening();
        clients.forEach(client -> client.onLoop(client::drain));
    }

    private void stopListening() {
        Channel listening = channel;
        if (listening != null) {
            listening.close().syncUninterruptibly();
        }
    }

    void listening(Channel newChannel) {
        channel = newChannel;
    }

    Settings settings() {
        return settings;
    }

    ProxyMetrics metrics() {
        return metrics;
    }

    /** A client has connected. */
    void accept(SocketChannel accepted) {
        if (clients.size() >= settings.config().limits().maxConnections()) {
            metrics.violation(Violation.TooManyConnections);
            Refusal.send(accepted);
            return;
        }
        ClientConnection client = new ClientConnection(this, accepted, options);
        clients.add(client);
        metrics.clients().increment();
        accepted.pipeline().addLast(client);
    }

    void closed(ClientConnection client) {
        clients.remove(client);
        metrics.clients().decrement();
    }
}
