package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.KeeperListener;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import dev.cachepolicy.operator.status.EventRecorder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;

/** Everything that looks after CacheBackends in the operator that leads. */
public final class BackendControllers implements AutoCloseable {

    private static final Duration CLEAR_UP = Duration.ofSeconds(5);

    private final RedisKeepers keepers;
    private final PodNudges nudges;
    private final Leftovers leftovers;
    private final CacheBackendReconciler reconciler;
    private final RestoreReconciler restore;
    private final Restoration restoration;

    /**
     * @param keepers makes the keepers, given whom they tell
     */
    public BackendControllers(
            KubernetesClient client,
            Backends backends,
            BackendOutcomes outcomes,
            Function<KeeperListener, RedisKeepers> keepers,
            EventRecorder recorder,
            CollectorRegistry registry,
            Restoration restoration,
            InstantSource clock) {
        ChangeTimes changes = new ChangeTimes(registry, System::nanoTime);
        BackendSources sources = new BackendSources(backends, changes);
        BackendEvents events = new BackendEvents(recorder);
        BackendMemory memory = new BackendMemory();
        AgentGauges gauges = new AgentGauges(registry);
        RedisSecrets secrets = new RedisSecrets(client, clock);
        TlsSecrets certificates = new TlsSecrets(secrets);
        this.keepers = keepers.apply(new Listener(backends, sources, events));
        this.nudges = new PodNudges(client);
        this.leftovers = new Leftovers(
                client,
                backends,
                sources,
                outcomes,
                this.keepers,
                memory,
                certificates,
                gauges,
                changes,
                restoration == Restoration.BY_FINALIZER
                        ? null
                        : new ForeignFinalizers(client, backends, this.keepers, events, clock));
        this.reconciler = new CacheBackendReconciler(
                client,
                sources,
                memory,
                outcomes,
                this.keepers,
                secrets,
                certificates,
                nudges,
                new BackendReport(new BackendStatusFactory(clock), events, gauges),
                changes,
                restoration,
                clock);
        this.restore = new RestoreReconciler(client, this.keepers, secrets, certificates, events, clock);
        this.restoration = restoration;
    }

    /**
     * Adds the controllers.
     *
     * @param common configuration that all controllers share
     */
    public void register(Operator sdk, Consumer<ControllerConfigurationOverrider<CacheBackend>> common) {
        sdk.register(reconciler, configuration -> {
            common.accept(configuration);
            configuration.withName("CacheBackend");
        });
        if (restoration == Restoration.BY_FINALIZER) {
            sdk.register(restore, configuration -> {
                common.accept(configuration);
                configuration
                        .withName("CacheBackendRestore")
                        .withFinalizer(Names.RESTORE_FINALIZER)
                        .withGenericFilter(RestoreReconciler::concerns);
            });
        }
    }

    /** Begins to clear up behind backends that are gone. After the controllers were started. */
    public void start() {
        leftovers.start(CLEAR_UP);
    }

    @Override
    public void close() {
        leftovers.close();
        nudges.close();
        keepers.close();
    }

    private final class Listener implements KeeperListener {

        private final Backends backends;
        private final BackendSources sources;
        private final BackendEvents events;

        Listener(Backends backends, BackendSources sources, BackendEvents events) {
            this.backends = backends;
            this.sources = sources;
            this.events = events;
        }

        @Override
        public void changed(BackendId backend) {
            sources.redisChanged(backend);
            restore.redisChanged(backend);
        }

        @Override
        public void corrected(BackendId backend, String parameter, String found, String restored) {
            backends.find(backend.namespace(), backend.name())
                    .ifPresent(resource -> events.corrected(resource, parameter, found, restored));
        }

        /** The condition ConfigApplied says so, and its change becomes the Event. */
        @Override
        public void contended(BackendId backend, String parameter) {
            sources.redisChanged(backend);
        }

        @Override
        public void restored(BackendId backend, String message) {
            events.restored(Backends.reference(backend), message);
        }

        @Override
        public void abandoned(BackendId backend, ActualSettings original) {
            events.abandoned(Backends.reference(backend), original);
        }
    }
}
