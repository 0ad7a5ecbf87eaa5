package dev.cachepolicy.operator;

import dev.cachepolicy.injector.Injector;
import dev.cachepolicy.metrics.BuildInfo;
import dev.cachepolicy.metrics.Health;
import dev.cachepolicy.metrics.HttpEndpoint;
import dev.cachepolicy.metrics.JvmMetrics;
import dev.cachepolicy.metrics.Metric;
import dev.cachepolicy.metrics.Page;
import dev.cachepolicy.operator.backend.Backends;
import dev.cachepolicy.operator.policy.Policies;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operator process. Every replica watches backends and serves probes and metrics; the one that leads also runs the
 * controllers. Without an API server it waits for one, and while the CRDs are older than it needs for newer ones: until
 * then it takes no part in the election, so that the operators before it go on.
 */
public final class Operator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration CRDS_AGAIN = Duration.ofSeconds(1);

    /** A problem that lasts is told now and then: whoever looks at the end of the log finds it. */
    private static final Duration SAID_AGAIN = Duration.ofMinutes(1);

    private final OperatorOptions options;
    private final KubernetesClient client;
    private final Clock clock;
    private final Runnable ended;
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Gauge leads;
    private final Backends backends;
    private final Policies policies;
    private final @Nullable Injector injector;
    private final HttpEndpoint http;
    private final Thread beginning;
    private volatile @Nullable String crdProblem = "the CRDs have not been looked at yet";
    private volatile boolean ending;
    private volatile @Nullable Thread leading;
    private volatile @Nullable Leader leader;

    /** Guarded by this, as is {@link #closed}: nothing begins once the end has begun. */
    private @Nullable Leadership leadership;

    private boolean closed;

    private Operator(OperatorOptions options, KubernetesClient client, Clock clock, Runnable ended) throws IOException {
        this.options = options;
        this.client = client;
        this.clock = clock;
        this.ended = ended;
        BuildInfo.register(registry, "operator", options.version());
        JvmMetrics.register(registry);
        this.leads = Metric.LEADING.gauge(registry);
        this.backends = Backends.of(client, options.watchedNamespaces());
        this.policies = Policies.of(client, options.watchedNamespaces());
        this.injector = injector();
        this.beginning = Thread.ofVirtual().name("begin").unstarted(this::begin);
        this.http = http();
    }

    /** Last, because a probe may come at once. */
    private HttpEndpoint http() throws IOException {
        try {
            return HttpEndpoint.start(
                    options.http(),
                    Map.of(
                            "/metrics", Page.metrics(registry),
                            // Of the process alone: an API server that is away must not get every replica killed.
                            "/healthz", Page.probe(() -> Health.ok("the process is up")),
                            "/readyz", Page.probe(this::ready)));
        } catch (IOException e) {
            if (injector != null) {
                injector.close();
            }
            backends.close();
            throw e;
        }
    }

    private @Nullable Injector injector() throws IOException {
        if (options.webhooks() == null) {
            return null;
        }
        try {
            return Injector.start(
                    options.webhooks(), client, new AdmissionBackends(backends), policies::withPatternOf, registry);
        } catch (IOException e) {
            backends.close();
            throw e;
        }
    }

    /**
     * Starts an operator.
     *
     * @param client stays the caller's
     * @param ended called when this process must not go on: it lost the Lease, or can see nothing any more. Whoever is
     *     called ends the process without closing the operator
     * @throws IOException if a port cannot be had
     */
    public static Operator start(OperatorOptions options, KubernetesClient client, Clock clock, Runnable ended)
            throws IOException {
        Operator operator = new Operator(options, client, clock, ended);
        operator.beginning.start();
        return operator;
    }

    private void begin() {
        try {
            awaitCrds();
            watch();
            if (options.leaderElection()) {
                takePartInElection();
            } else {
                beginToLead();
            }
            crdProblem = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A replica that never leads and never becomes ready helps nobody; the next start may do better.
            LOG.error("cannot begin", e);
            ended.run();
        }
    }

    private void awaitCrds() throws InterruptedException {
        CrdCheck crds = new CrdCheck(client);
        Instant said = Instant.MIN;
        while (true) {
            String problem = crds.problem().orElse(null);
            if (problem == null) {
                return;
            }
            Instant now = clock.instant();
            if (!problem.equals(crdProblem) || now.isAfter(said.plus(SAID_AGAIN))) {
                LOG.warn("waiting: {}", problem);
                crdProblem = problem;
                said = now;
            }
            Thread.sleep(CRDS_AGAIN);
        }
    }

    /** Not before there is something to watch: an informer without its CRD tries again and again, and says so each time. */
    private synchronized void watch() {
        if (!closed) {
            backends.start();
            if (injector != null) {
                policies.start();
            }
        }
    }

    private synchronized void takePartInElection() {
        if (!closed) {
            leadership = Leadership.start(
                    client,
                    options.namespace(),
                    options.lease(),
                    options.identity(),
                    Leadership.Times.DEFAULT,
                    this::beginToLead,
                    ended);
        }
    }

    private synchronized void beginToLead() {
        if (!closed) {
            leading = Thread.ofVirtual().name("lead").start(this::lead);
        }
    }

    private void lead() {
        try {
            while (!backends.synced()) {
                Thread.sleep(LOOK_AGAIN);
            }
            String clusterId = clusterId();
            leader = Leader.start(options, client, backends, clusterId, registry, clock, ended);
            leads.set(1);
            LOG.info("leading");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("could not begin to lead", e);
            ended.run();
        }
    }

    /** Tells this cluster from others that share a Redis. */
    private String clusterId() throws InterruptedException {
        if (options.clusterId() != null) {
            return options.clusterId();
        }
        while (true) {
            try {
                Namespace system = client.namespaces().withName("kube-system").get();
                if (system != null) {
                    return system.getMetadata().getUid();
                }
            } catch (KubernetesClientException e) {
                LOG.warn("cannot read the namespace kube-system: {}", e.getMessage());
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** {@return whether this replica does its part; one that does not lead is ready too} */
    private Health ready() {
        if (ending) {
            return Health.failing("the process is ending");
        }
        String crds = crdProblem;
        if (crds != null) {
            return Health.failing(crds);
        }
        if (!backends.synced()) {
            return Health.failing("the list of CacheBackends is not complete yet");
        }
        if (injector != null && !injector.isReady()) {
            return Health.failing("the webhooks have no certificate yet");
        }
        if (leading != null && leader == null) {
            return Health.failing("the controllers are starting");
        }
        return Health.ok(leader == null ? "following" : "leading");
    }

    /** {@return the port of metrics and probes} */
    public int httpPort() {
        return http.port();
    }

    /**
     * Ends in order: calls of webhooks are asked to go elsewhere, but answered to the last; then what a leader does ends,
     * then its leadership, then the rest.
     */
    @Override
    public void close() {
        ending = true;
        if (injector != null) {
            injector.drain();
        }
        Leadership elected;
        synchronized (this) {
            closed = true;
            elected = leadership;
        }
        beginning.interrupt();
        Thread starting = leading;
        if (starting != null) {
            starting.interrupt();
            join(starting);
        }
        if (leader != null) {
            leads.set(0);
            leader.close();
        }
        if (elected != null) {
            elected.close();
        }
        if (injector != null) {
            injector.close();
        }
        policies.close();
        backends.close();
        http.close();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
