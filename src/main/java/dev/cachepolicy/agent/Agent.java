package dev.cachepolicy.agent;

import dev.cachepolicy.agent.admin.AdminPages;
import dev.cachepolicy.agent.admin.AgentStatus;
import dev.cachepolicy.agent.admin.AgentStatus.BackendStatus;
import dev.cachepolicy.agent.admin.Readiness;
import dev.cachepolicy.agent.heartbeat.HeartbeatMetrics;
import dev.cachepolicy.agent.heartbeat.HeartbeatSender;
import dev.cachepolicy.agent.policy.PolicyMetrics;
import dev.cachepolicy.agent.proxy.Proxy;
import dev.cachepolicy.agent.proxy.ProxyOptions;
import dev.cachepolicy.agent.reload.Mounted;
import dev.cachepolicy.agent.reload.Reloader;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.metrics.BuildInfo;
import dev.cachepolicy.metrics.Health;
import dev.cachepolicy.metrics.HttpEndpoint;
import dev.cachepolicy.metrics.JvmMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of a pod: what is mounted goes to the listeners, what the listeners count goes to heartbeats and metrics.
 * Wiring only: each part knows its own business and none of the others'.
 */
public final class Agent implements AutoCloseable {

    /** Time for clients to finish what they sent. The kubelet ends a sidecar after the application, so there are few. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private final AgentOptions options;
    private final CollectorRegistry registry = new CollectorRegistry();
    private final PolicyMetrics policyMetrics = new PolicyMetrics().register(registry);
    private final HeartbeatMetrics heartbeatMetrics = new HeartbeatMetrics(registry);
    private final Map<String, ServedBackend> backends = new ConcurrentSkipListMap<>();
    private final Map<String, HeartbeatSender> heartbeats = new ConcurrentSkipListMap<>();
    private final Proxy proxy;
    private final Reloader reloader;
    private @Nullable HttpEndpoint admin;
    private volatile boolean draining;

    private Agent(AgentOptions options) throws IOException {
        this.options = options;
        this.proxy = new Proxy(proxyOptions(
                options.eventLoops(),
                policyMetrics,
                StartMarker.mark(options.directories().state())));
        proxy.metrics().register(registry);
        this.reloader = new Reloader(options.directories(), options.expected(), Reloader.POLL, registry, this::apply);
    }

    private static ProxyOptions proxyOptions(int eventLoops, PolicyMetrics metrics, boolean restarted) {
        ProxyOptions defaults = ProxyOptions.defaults(metrics);
        return new ProxyOptions(
                eventLoops,
                defaults.connectTimeout(),
                defaults.responseTimeout(),
                defaults.slowResponseTimeout(),
                defaults.busyThreshold(),
                defaults.maxRequestBytes(),
                defaults.maxInvalidations(),
                defaults.maxInvalidationBytes(),
                defaults.maxPendingLoadBytes(),
                restarted,
                metrics,
                defaults.random());
    }

    /**
     * {@return an agent that serves what is mounted, and follows it}
     *
     * @throws IOException if a port cannot be had; the message says which, and what to do
     */
    public static Agent start(AgentOptions options) throws IOException {
        Agent agent = new Agent(options);
        try {
            agent.open();
            return agent;
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private void open() throws IOException {
        if (options.self().isEmpty()) {
            LOG.info("no heartbeats: POD_NAMESPACE, POD_NAME and POD_UID do not name a pod");
        }
        reloader.start();
        for (String error : listenErrors().values()) {
            throw new BindException(error);
        }
        BuildInfo.register(registry, "agent", options.version());
        JvmMetrics.register(registry);
        admin = HttpEndpoint.start(options.admin(), AdminPages.of(registry, this::readiness, this::status));
        LOG.info("agent {}: {}", options.version(), readiness().message());
    }

    /** Called by the reloader, one call at a time. */
    private void apply(Mounted mounted) {
        mounted.backends().forEach((name, known) -> {
            ServedBackend backend =
                    backends.computeIfAbsent(name, n -> new ServedBackend(n, proxy, options.bind(), policyMetrics));
            boolean news = backend.apply(known, mounted);
            HeartbeatSender heartbeat = heartbeats.get(name);
            if (heartbeat == null) {
                options.self().ifPresent(self -> heartbeats.put(name, heartbeat(name, self, backend)));
            } else if (news) {
                heartbeat.wake();
            }
        });
    }

    private HeartbeatSender heartbeat(String name, Heartbeat.Agent self, ServedBackend backend) {
        HeartbeatSender sender = new HeartbeatSender(name, self, options.version(), backend::report, heartbeatMetrics);
        sender.start();
        return sender;
    }

    private Map<String, String> listenErrors() {
        Map<String, String> errors = new TreeMap<>();
        backends.forEach((name, backend) -> backend.listenError().ifPresent(error -> errors.put(name, error)));
        return errors;
    }

    private Health readiness() {
        return Readiness.of(reloader.mounted().backends(), listenErrors(), draining);
    }

    private AgentStatus status() {
        Map<String, BackendStatus> statuses = new TreeMap<>();
        backends.forEach((name, backend) -> statuses.put(name, backend.status(heartbeats.get(name))));
        return new AgentStatus(
                options.version(), options.self().map(Heartbeat.Agent::field).orElse(null), draining, statuses);
    }

    /** {@return the port of probes, metrics and status} */
    public int adminPort() {
        return admin == null ? options.admin().getPort() : admin.port();
    }

    /** Ends in order: no longer ready, clients finish, heartbeats go away, the admin port last. Bounded. */
    @Override
    public void close() {
        draining = true;
        LOG.info("draining");
        try {
            reloader.close();
        } catch (IOException e) {
            LOG.warn("the configuration is still followed", e);
        }
        if (!proxy.drain(DRAIN)) {
            LOG.warn("clients were still waiting for replies after {} s", DRAIN.toSeconds());
        }
        heartbeats.values().parallelStream().forEach(HeartbeatSender::close);
        if (admin != null) {
            admin.close();
        }
        LOG.info("ended");
    }
}
