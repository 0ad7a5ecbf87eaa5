package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.operator.backend.BackendStatusFactory.Found;
import dev.cachepolicy.operator.backend.PolicyIntake.Intake;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.RedisKeepers;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.model.PolicyKey;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a backend and its policies what agents and Redis shall do, and says how it went. Nothing here waits for
 * Redis: a keeper does, and this reconciler reads how it stands and is woken when that changes.
 */
final class CacheBackendReconciler implements Reconciler<CacheBackend> {

    /** How often counters are sampled and Secrets looked after. Such a look writes nothing. */
    private static final Duration TICK = Duration.ofSeconds(10);

    private static final Duration SYNCING = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final BackendSources sources;
    private final BackendMemory memory;
    private final BackendOutcomes outcomes;
    private final RedisKeepers keepers;
    private final RedisSecrets secrets;
    private final TlsSecrets certificates;
    private final PodNudges nudges;
    private final BackendReport report;
    private final ChangeTimes changes;
    private final Restoration restoration;
    private final InstantSource clock;

    CacheBackendReconciler(
            KubernetesClient client,
            BackendSources sources,
            BackendMemory memory,
            BackendOutcomes outcomes,
            RedisKeepers keepers,
            RedisSecrets secrets,
            TlsSecrets certificates,
            PodNudges nudges,
            BackendReport report,
            ChangeTimes changes,
            Restoration restoration,
            InstantSource clock) {
        this.client = client;
        this.sources = sources;
        this.memory = memory;
        this.outcomes = outcomes;
        this.keepers = keepers;
        this.secrets = secrets;
        this.certificates = certificates;
        this.nudges = nudges;
        this.report = report;
        this.changes = changes;
        this.restoration = restoration;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, CacheBackend>> prepareEventSources(EventSourceContext<CacheBackend> context) {
        return sources.prepare(context);
    }

    @Override
    public UpdateControl<CacheBackend> reconcile(CacheBackend backend, Context<CacheBackend> context) {
        if (!sources.synced(backend.getMetadata().getNamespace())) {
            // The SDK goes on without a list that the API server did not give; half the policies would be no policies.
            return UpdateControl.<CacheBackend>noUpdate().rescheduleAfter(SYNCING);
        }
        BackendId id = Backends.id(backend);

        // Observe.
        long now = System.nanoTime();
        Intake intake = memory.intake(id).take(sources.policies(backend), now);
        ConfigMap configMap = sources.configMap(backend).orElse(null);
        AgentConfig before = memory.published(id, configMap);
        RedisState redis = keepers.state(id);
        RedisAccess access = RedisAccess.of(backend, redis, secrets, certificates);
        AgentPods pods = sources.pods(backend, redis);

        // Validate, and decide all that follows.
        BackendModel model = memory.model(id, backend, intake, before, clock.instant());

        // Reconcile the agents.
        AgentConfig published = publish(backend, model, configMap, before);
        nudge(backend, pods, published, before);

        // Tell the policies, then everyone.
        HitRatios hitRatios = memory.hitRatios(id);
        pods.heartbeats().ifPresent(heartbeats -> hitRatios.sample(clock.instant(), heartbeats));
        Map<PolicyKey, PolicyOutcome> became =
                PolicyOutcomes.of(intake.policies(), model, published, pods, hitRatios, clock.instant());
        Optional<Duration> held = outcomes.publish(id, became, intake.burst());
        changes.became(id, became);
        AgentTally tally = pods.tally(published == null ? Long.MAX_VALUE : published.revision(), null);
        ShownAgents agents = memory.agents(id);
        CacheBackendStatus status =
                report.write(backend, new Found(model, redis, access, agents.show(tally, now)), tally, context);

        // Reconcile Redis.
        if (access.problem() == null && model.problems().isEmpty()) {
            keepers.keep(
                    id,
                    access.target(backend, model.fences(), model.settings(), status, restoration.onRelease(backend)),
                    () -> sources.exists(backend));
        }
        return UpdateControl.<CacheBackend>noUpdate()
                .rescheduleAfter(Stream.of(
                                Optional.of(access.incomplete() ? RedisSecrets.URGENT : TICK),
                                Optional.ofNullable(intake.again()),
                                held,
                                agents.held(now))
                        .flatMap(Optional::stream)
                        .min(Duration::compareTo)
                        .orElseThrow());
    }

    /** Brings the ConfigMap up to date if it is not. {@return the configuration that agents can have now} */
    private @Nullable AgentConfig publish(
            CacheBackend backend, BackendModel model, @Nullable ConfigMap configMap, @Nullable AgentConfig before) {
        AgentConfig wanted = model.agentConfig();
        if (wanted == null || !model.problems().isEmpty()) {
            return before;
        }
        if (configMap == null || !wanted.equals(before) || !AgentConfigMaps.isLabelled(configMap, backend)) {
            String text = model.newText() == null ? AgentConfigYaml.write(wanted) : model.newText();
            ConfigMap written = AgentConfigMaps.apply(client, backend, text);
            sources.written(configMap, written);
            memory.published(Backends.id(backend), written, wanted);
        }
        return wanted;
    }

    private void nudge(
            CacheBackend backend, AgentPods pods, @Nullable AgentConfig published, @Nullable AgentConfig before) {
        if (published != null) {
            boolean news = before == null || published.revision() != before.revision();
            pods.behind(published.revision(), news)
                    .forEach(pod -> nudges.nudge(pod, backend.getMetadata().getName(), published.revision()));
        }
    }
}
