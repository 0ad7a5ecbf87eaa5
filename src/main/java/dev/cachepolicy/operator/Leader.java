package dev.cachepolicy.operator;

import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.operator.backend.BackendControllers;
import dev.cachepolicy.operator.backend.Backends;
import dev.cachepolicy.operator.backend.Restoration;
import dev.cachepolicy.operator.keeper.KeeperOptions;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import dev.cachepolicy.operator.policy.PolicyController;
import dev.cachepolicy.operator.status.EventRecorder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only the leading operator does: the controllers and the keepers of Redis. */
final class Leader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
    private static final int RECONCILIATIONS_AT_A_TIME = 16;

    /** Then it goes on with the lists that it has: of a namespace without its list nothing is reconciled. */
    private static final Duration SYNC = Duration.ofSeconds(10);

    /** One for each kind: a backend's reconciliation must not queue up behind a thousand statuses of policies. */
    private final List<io.javaoperatorsdk.operator.Operator> sdks;

    private final EventRecorder recorder;
    private final PolicyController policies;
    private final BackendControllers backends;

    private Leader(
            List<io.javaoperatorsdk.operator.Operator> sdks,
            EventRecorder recorder,
            PolicyController policies,
            BackendControllers backends) {
        this.sdks = sdks;
        this.recorder = recorder;
        this.policies = policies;
        this.backends = backends;
    }

    /**
     * Starts to lead. Blocks until the controllers have their first lists.
     *
     * @param watched the backends; their first list must be complete
     * @param clusterId uid of the namespace kube-system
     * @param fatal called when an informer ended for good: nothing would be seen any more
     */
    static Leader start(
            OperatorOptions options,
            KubernetesClient client,
            Backends watched,
            String clusterId,
            CollectorRegistry registry,
            Clock clock,
            Runnable fatal) {
        EventRecorder recorder = new EventRecorder(client, options.identity(), clock);
        PolicyController policies = new PolicyController(watched, recorder, clock);
        BackendControllers backends = new BackendControllers(
                client,
                watched,
                policies.outcomes(),
                listener ->
                        new RedisKeepers(clusterId, listener, registry, KeeperOptions.withPoll(options.poll()), clock),
                recorder,
                registry,
                Restoration.of(options.watchedNamespaces()),
                clock);
        ReconcileMetrics metrics = new ReconcileMetrics(registry);
        io.javaoperatorsdk.operator.Operator ofPolicies = sdk(client, metrics, fatal);
        io.javaoperatorsdk.operator.Operator ofBackends = sdk(client, metrics, fatal);
        Leader leader = new Leader(List.of(ofPolicies, ofBackends), recorder, policies, backends);
        try {
            policies.register(ofPolicies, configuration -> common(configuration, options));
            backends.register(ofBackends, configuration -> common(configuration, options));
            leader.sdks.forEach(io.javaoperatorsdk.operator.Operator::start);
            backends.start();
            return leader;
        } catch (RuntimeException e) {
            leader.close();
            throw e;
        }
    }

    private static io.javaoperatorsdk.operator.Operator sdk(
            KubernetesClient client, ReconcileMetrics metrics, Runnable fatal) {
        // Made here and not below, because the SDK calls that more than once.
        ExecutorService executor = Executors.newFixedThreadPool(
                RECONCILIATIONS_AT_A_TIME,
                Thread.ofVirtual().name("reconciler-", 0).factory());
        return new io.javaoperatorsdk.operator.Operator(configuration -> configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withExecutorService(executor)
                .withResourceCloner(new Copies())
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5))
                // An API server that is away is no reason to end: informers try again.
                .withStopOnInformerErrorDuringStartup(false)
                .withCacheSyncTimeout(SYNC)
                .withInformerStoppedHandler((informer, failure) -> {
                    if (failure != null) {
                        LOG.error(
                                "the informer of {} ended",
                                informer.getApiTypeClass().getSimpleName(),
                                failure);
                        fatal.run();
                    }
                })
                .withMetrics(metrics));
    }

    private static <R extends HasMetadata> void common(
            ControllerConfigurationOverrider<R> configuration, OperatorOptions options) {
        configuration
                .withFieldManager(Names.FIELD_MANAGER)
                .withRetry(new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), RandomGenerator.getDefault()));
        if (options.watchedNamespaces().isEmpty()) {
            configuration.watchingAllNamespaces();
        } else {
            configuration.settingNamespaces(options.watchedNamespaces());
        }
    }

    @Override
    public void close() {
        sdks.forEach(io.javaoperatorsdk.operator.Operator::stop);
        backends.close();
        policies.close();
        recorder.close();
    }
}
