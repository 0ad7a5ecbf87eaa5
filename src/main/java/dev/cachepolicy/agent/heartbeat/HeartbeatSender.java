package dev.cachepolicy.agent.heartbeat;

import dev.cachepolicy.agent.heartbeat.Report.Acknowledgement;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.metrics.Health;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one agent's heartbeat for one backend: every {@value Heartbeat#INTERVAL_SECONDS} s, and at once when
 * {@link #wake woken}. While Redis does not answer it tries again for ever; what it has to say is asked for anew each
 * time, so nothing old is ever sent. Nothing that happens here reaches the proxy.
 *
 * <p>It runs on a platform thread: a name that does not resolve blocks in the C library, which would take the carrier of
 * the virtual threads that answer the probes.
 */
public final class HeartbeatSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

    static final Duration INTERVAL = Duration.ofSeconds(Heartbeat.INTERVAL_SECONDS);

    /** How soon a connection that Redis ended is noticed: an empty Redis that came back knows no agents. */
    private static final Duration LISTEN = Duration.ofMillis(500);

    /** Time for the last command and what may be under way before it. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final String backend;
    private final Agent self;
    private final String version;
    private final Supplier<Optional<Report>> reports;
    private final HeartbeatMetrics metrics;
    private final Duration interval;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private final Backoff backoff = new Backoff(ThreadLocalRandom.current());

    private volatile boolean closing;
    private volatile Health health = Health.failing("none was sent yet");

    private @Nullable RedisConnection connection;
    private @Nullable String written;
    private @Nullable Acknowledgement announced;
    private long sequence;

    /**
     * @param backend its name, for log and metrics
     * @param self the pod
     * @param version of this build
     * @param reports what there is to say now; empty while there is no configuration
     */
    public HeartbeatSender(
            String backend, Agent self, String version, Supplier<Optional<Report>> reports, HeartbeatMetrics metrics) {
        this(backend, self, version, reports, metrics, INTERVAL);
    }

    /** @param interval between heartbeats with nothing new to say */
    HeartbeatSender(
            String backend,
            Agent self,
            String version,
            Supplier<Optional<Report>> reports,
            HeartbeatMetrics metrics,
            Duration interval) {
        this.interval = interval;
        this.backend = backend;
        this.self = self;
        this.version = version;
        this.reports = reports;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform()
                .name("heartbeat-" + backend)
                .daemon()
                .stackSize(256 << 10)
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Sends at once: after a reload, or when the credentials changed. */
    public void wake() {
        wake.release();
    }

    /** {@return whether the last heartbeat arrived, and what hinders it} */
    public Health health() {
        return health;
    }

    private void run() {
        try {
            while (!closing) {
                pause(beatInSpiteOfDefects());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            depart();
        }
    }

    /** Waits for the next time, for a reason to send at once, or for the end of the connection, which is one. */
    private void pause(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        for (long left = longest.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (wake.tryAcquire(Math.min(left, LISTEN.toNanos()), TimeUnit.NANOSECONDS)) {
                wake.drainPermits();
                return;
            }
            if (connection != null && !connection.isOpen()) {
                return;
            }
        }
    }

    /** {@return how long to wait before the next} */
    private Duration beat() {
        Report report = reports.get().orElse(null);
        if (report == null) {
            health = Health.failing("there is no configuration yet");
            return interval;
        }
        try {
            send(report);
            metrics.sent(backend);
            backoff.reset();
            return interval;
        } catch (RedisErrorException e) {
            failed(Advice.on(e));
            return interval;
        } catch (IOException e) {
            disconnect();
            failed("no heartbeat reaches " + report.endpoint() + ": "
                    + (report.tls() == null ? e.toString() : Advice.onTls(e)));
            return backoff.next();
        }
    }

    /** A defect must not end the heartbeats: the operator would take a pod that serves for one that is gone. */
    private Duration beatInSpiteOfDefects() {
        try {
            return beat();
        } catch (RuntimeException e) {
            disconnect();
            LOG.debug("heartbeat of {}", backend, e);
            failed("none could be made: " + e);
            return backoff.next();
        }
    }

    private void send(Report report) throws IOException {
        RedisConnection redis = connected(report);
        String key = RedisKeys.agents(report.backendUid());
        sequence++;
        redis.call(
                "HSET",
                key,
                self.field(),
                new Heartbeat(sequence, report.revision(), version, report.refused(), report.counters()).write());
        written = key;
        Acknowledgement before = announced;
        // Null first: a record's equals is linked when first called, and the application waits for its first reply.
        if (before == null || !before.equals(report.acknowledgement())) {
            try {
                redis.call("PUBLISH", key, self.field());
                announced = report.acknowledgement();
            } catch (RedisErrorException e) {
                became(Health.failing("sent, but not announced: " + Advice.on(e)));
                return;
            }
        }
        became(Health.ok("sent"));
    }

    private RedisConnection connected(Report report) throws IOException {
        RedisConnection open = connection;
        if (open != null && open.destination().equals(report.destination())) {
            return open;
        }
        disconnect();
        open = RedisConnection.open(report.destination());
        connection = open;
        return open;
    }

    private void failed(String message) {
        metrics.failed(backend);
        became(Health.failing(message));
    }

    /** One line when it changes, none while it stays. */
    private void became(Health next) {
        if (next.message().equals(health.message())) {
            return;
        }
        if (!next.ok()) {
            LOG.warn("heartbeat of {}: {}", backend, next.message());
        } else {
            LOG.info("heartbeat of {}: {}", backend, next.message());
        }
        health = next;
    }

    private void depart() {
        RedisConnection open = connection;
        String key = written;
        if (open != null && key != null) {
            try {
                open.call("HDEL", key, self.field());
            } catch (IOException e) {
                LOG.warn("heartbeat of {}: not taken away, the operator will do it: {}", backend, e.toString());
            }
        }
        disconnect();
    }

    private void disconnect() {
        RedisConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("closing", e);
            }
        }
    }

    /**
     * Takes the heartbeat out of Redis, if Redis answers within two seconds, so that a pod that ended is not counted.
     */
    @Override
    public void close() {
        closing = true;
        wake.release();
        try {
            thread.join(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
