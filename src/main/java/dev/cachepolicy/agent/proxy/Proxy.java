package dev.cachepolicy.agent.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.prometheus.client.Collector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The event loops of an agent and the listeners on them. */
public final class Proxy implements AutoCloseable {

    private static final int BACKLOG = 511;
    private static final int LOW_WATER = 64 << 10;
    private static final int HIGH_WATER = 256 << 10;
    private static final Duration DRAIN_POLL = Duration.ofMillis(5);

    private final ProxyOptions options;
    private final Transport transport;
    private final UpstreamConnector connector;
    private final VirtualThreadResolver resolver = new VirtualThreadResolver();
    private final ProxyMetrics metrics = new ProxyMetrics();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    public Proxy(ProxyOptions options) {
        this.options = options;
        this.transport = Transport.start(options.eventLoops());
        this.connector = new UpstreamConnector(transport, resolver, options.connectTimeout());
    }

    /**
     * Listens on an address; port 0: any free one, see {@link Listener#port}.
     *
     * @throws IOException if that is not possible, for example because another process has the port
     */
    public Listener listen(InetSocketAddress bind, ListenerConfig config) throws IOException {
        Listener listener = new Listener(config, this::backend, options, metrics);
        ChannelFuture bound = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.server())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new ReadBuffers())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        listener.accept(channel);
                    }
                })
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            listener.close();
            throw new IOException(
                    "cannot listen on " + bind.getHostString() + ":" + bind.getPort() + ": "
                            + bound.cause().getMessage()
                            + "; if another process has the port, give the backend's agent another",
                    bound.cause());
        }
        listener.listening(bound.channel());
        listeners.add(listener);
        return listener;
    }

    private Backend backend(ListenerConfig config, Invalidations invalidations) {
        return new Backend(
                config, connector, options, metrics, transport.loops().next(), invalidations);
    }

    /** {@return gauges of connections, and counts of violations and upstream errors by kind} */
    public Collector metrics() {
        return metrics;
    }

    /**
     * Takes no more commands, lets the replies that are due out, and closes everything.
     *
     * @param longest after which what is still open is closed all the same
     * @return whether every client got its replies
     */
    public boolean drain(Duration longest) {
        listeners.forEach(Listener::drain);
        long end = System.nanoTime() + longest.toNanos();
        while (connections() > 0
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(DRAIN_POLL.toNanos());
        }
        boolean drained = connections() == 0;
        close();
        return drained;
    }

    private int connections() {
        return listeners.stream().mapToInt(Listener::connections).sum();
    }

    /** Closes everything at once. */
    @Override
    public void close() {
        if (transport.loops().isShuttingDown()) {
            return;
        }
        listeners.forEach(Listener::close);
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        resolver.close();
    }
}
