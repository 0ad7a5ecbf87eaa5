package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.tls.ClientTls;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the Redis behind a listener. While it is down, commands are answered at once and one probe at a time
 * finds out when it is back; clients connect again only then, and when it owes them nothing any more, see {@link ReplayGate}.
 *
 * <p>A connection that cannot be made is proof enough that Redis is down. A reply that does not come is not: the command
 * may be slow, or that one connection may be broken. It only starts the probe, and Redis counts as down when the probe
 * fails too.
 *
 * <p>A Redis that is at work on a slow command answers nobody meanwhile, as one that hangs does. It counts as down for
 * what is asked from then on; but who waits for the slow command itself, and would be told that it failed, waits on while
 * the command may be the reason: until Redis was silent for {@link ProxyOptions#busyThreshold}. During a script Redis
 * tells others after its {@code busy-reply-threshold} of 5 s that it is BUSY, which is an answer, and no silence.
 */
final class Backend {

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    /** Between probes, doubled each time: with the time of a probe itself, Redis is noticed within 2 s of its return. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(800);

    /** Of a connection of the agent's own; CLIENT LIST shows its name. */
    static final Session PLAIN = Session.INITIAL.withClientName(Handshake.ascii("cachepolicy-agent"));

    private final ListenerConfig config;
    private final UpstreamConnector connector;
    private final ProxyOptions options;
    private final ProxyMetrics metrics;
    private final EventLoop loop;
    private final ReplayGate gate;

    /** Of one event loop. */
    private record Shared(SharedUpstream resp2, SharedUpstream resp3, Waits waits, OutageLoads outage) {

        void retire() {
            waits.close();
            resp2.retire();
            resp3.retire();
        }
    }

    private final Map<EventLoop, Shared> shared = new ConcurrentHashMap<>();
    private volatile @Nullable ClientTls tls;
    private volatile @Nullable UpstreamFailure down;
    private volatile long silentSince;
    private volatile boolean closed;
    private boolean probing;
    private Duration pause = FIRST_PAUSE;

    Backend(
            ListenerConfig config,
            UpstreamConnector connector,
            ProxyOptions options,
            ProxyMetrics metrics,
            EventLoop loop,
            Invalidations invalidations) {
        this.config = config;
        this.tls = config.tls();
        this.connector = connector;
        this.options = options;
        this.metrics = metrics;
        this.loop = loop;
        this.gate = new ReplayGate(this, invalidations, loop);
    }

    /** {@return what commands must pass before they take a connection} */
    ReplayGate gate() {
        return gate;
    }

    String endpoint() {
        return config.endpoint();
    }

    /** {@return why Redis cannot be used now, or null if as far as is known it can} */
    @Nullable
    UpstreamFailure down() {
        return down;
    }

    /**
     * {@return why not even an open connection can be used} One is still good when Redis only refuses the credentials of
     * new ones, and when this backend was replaced and is no longer probed.
     */
    @Nullable
    UpstreamFailure hung() {
        UpstreamFailure failure = down;
        return closed || failure == null || failure.kind() == UpstreamFailure.Kind.Refused ? null : failure;
    }

    /**
     * {@return whether Redis has answered nobody for longer than a slow command explains}
     *
     * @param suspected whether to find out if it answers others
     */
    boolean isSilent(boolean suspected) {
        if (hung() != null) {
            return System.nanoTime() - silentSince >= options.busyThreshold().toNanos();
        }
        if (suspected) {
            loop.execute(this::probe);
        }
        return false;
    }

    /** {@return whether connections are made to the same place with the same credentials, protected in the same way} */
    boolean serves(ListenerConfig other) {
        return config.endpoint().equals(other.endpoint())
                && Objects.equals(config.credentials(), other.credentials())
                && (config.tls() == null
                        ? other.tls() == null
                        : other.tls() != null && config.tls().differsInCertificatesOnly(other.tls()));
    }

    /** Makes new connections with other certificates; those that are open stay as they were made. */
    void renew(@Nullable ClientTls renewed) {
        tls = renewed;
    }

    /** {@return the connection that the plain clients of an event loop share} To be used on that loop. */
    SharedUpstream shared(EventLoop of, boolean resp3) {
        Shared both = shared.computeIfAbsent(of, this::share);
        return resp3 ? both.resp3() : both.resp2();
    }

    /** {@return the readers of an event loop that wait} To be used on that loop. */
    Waits waits(EventLoop of) {
        return shared.computeIfAbsent(of, this::share).waits();
    }

    /** {@return the loads of an event loop's readers while Redis does not answer} To be used on that loop. */
    OutageLoads outage(EventLoop of) {
        return shared.computeIfAbsent(of, this::share).outage();
    }

    private Shared share(EventLoop of) {
        return new Shared(
                new SharedUpstream(this, PLAIN, of),
                new SharedUpstream(this, PLAIN.withProtocol(true), of),
                new Waits(this, of),
                new OutageLoads(of));
    }

    /** {@return whether this was replaced} */
    boolean isClosed() {
        return closed;
    }

    /** Opens a connection for a client that stands where its session says. */
    UpstreamConnection open(UpstreamOwner owner, Session session, EventLoop clientLoop) {
        UpstreamConnection connection = new UpstreamConnection(
                owner,
                Handshake.of(config.credentials(), session),
                config.limits().maxDepth(),
                options,
                metrics.upstreams());
        connector.connect(connection, config.endpoint(), tls, clientLoop);
        return connection;
    }

    /** A connection has failed. */
    void report(UpstreamFailure failure) {
        metrics.upstreamError(failure.kind());
        switch (failure.kind()) {
            case Connect, Refused -> {
                markDown(failure);
                loop.execute(gate::work);
                loop.execute(this::probe);
            }
            case Timeout -> loop.execute(this::probe);
            case SessionRefused ->
                LOG.warn(
                        "Redis {} takes a client no longer as the client was told: {}; its connection is closed",
                        config.endpoint(),
                        failure.detail());
            case Lost, Protocol -> {}
        }
    }

    /** No more probes; shared connections end when no reply is due there. */
    void close() {
        closed = true;
        loop.execute(gate::close);
        shared.forEach((of, both) -> of.execute(both::retire));
    }

    /** Redis is found to be there, and owed nothing that would keep all commands from it. On the loop. */
    void answers() {
        pause = FIRST_PAUSE;
        if (down != null) {
            LOG.info("Redis {} answers again", config.endpoint());
        }
        down = null;
    }

    /** What is owed could not be paid: until it is, Redis is down. On the loop. */
    void replayFailed(UpstreamFailure failure) {
        if (closed) {
            return;
        }
        metrics.upstreamError(failure.kind());
        markDown(failure);
        if (!probing) {
            probing = true;
            probeLater();
        }
    }

    private void probeLater() {
        long nanos = pause.toNanos();
        long jittered = nanos - options.random().nextLong(nanos / 2);
        var _ = loop.schedule(this::probeAgain, jittered, TimeUnit.NANOSECONDS);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private void markDown(UpstreamFailure failure) {
        if (down == null) {
            LOG.warn("Redis {} does not answer: {}", config.endpoint(), failure.detail());
        }
        if (hung() == null) {
            silentSince = System.nanoTime();
        }
        down = failure;
    }

    private void probe() {
        if (!probing && !closed) {
            probing = true;
            Probe probe = new Probe();
            probe.connection = new UpstreamConnection(
                    probe,
                    Handshake.probe(config.credentials()),
                    config.limits().maxDepth(),
                    options,
                    metrics.upstreams());
            connector.connect(probe.connection, config.endpoint(), tls, loop);
        }
    }

    private void probeAgain() {
        probing = false;
        probe();
    }

    private final class Probe implements UpstreamOwner {

        private @Nullable UpstreamConnection connection;
        private boolean answered;

        @Override
        public void upstreamReady() {
            answered = true;
            probing = false;
            if (!gate.pays()) {
                answers();
            }
            if (connection != null) {
                connection.close();
            }
        }

        @Override
        public void upstreamLost(UpstreamConnection lost, UpstreamFailure failure, boolean insideReply) {
            if (answered) {
                return;
            }
            markDown(failure);
            gate.work();
            probeLater();
        }
    }
}
