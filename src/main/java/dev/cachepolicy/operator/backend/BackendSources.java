package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.operator.keeper.AgentObservation;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisState.Reached;
import dev.cachepolicy.operator.keeper.RedisState.Unreachable;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the reconciler of backends watches, and the answers from its caches. Everything is found by an index, never by a
 * walk over all; and since the SDK gives each source a cache of its own, each selects by label what it needs.
 */
final class BackendSources {

    private static final String BY_BACKEND = "backend";

    private final Backends backends;
    private final ChangeTimes changes;
    private final SimpleInboundEventSource<CacheBackend> redis = new SimpleInboundEventSource<>("redis");
    private @Nullable PolicySource policies;
    private @Nullable InformerEventSource<ConfigMap, CacheBackend> configMaps;
    private @Nullable InformerEventSource<Pod, CacheBackend> agentPods;
    private @Nullable InformerEventSource<Pod, CacheBackend> barePods;

    BackendSources(Backends backends, ChangeTimes changes) {
        this.backends = backends;
        this.changes = changes;
    }

    /** {@return the sources, made for a controller} */
    List<EventSource<?, CacheBackend>> prepare(EventSourceContext<CacheBackend> context) {
        policies = new PolicySource(
                configure(CachePolicy.class, "policies", policy -> Set.of(PolicySource.backend(policy)))
                        .withOnUpdateFilter(PolicySource::matters)
                        .build(),
                context,
                changes);
        policies.addIndexers(Map.of(
                BY_BACKEND, policy -> List.of(PolicySource.backend(policy).toString())));
        configMaps = new InformerEventSource<>(
                configure(ConfigMap.class, "configmaps", BackendSources::backend)
                        .withLabelSelector(
                                Names.MANAGED_BY_LABEL + "=" + Names.FIELD_MANAGER + "," + Names.BACKEND_LABEL)
                        .build(),
                context);
        agentPods = pods(context, "agent-pods", Names.AGENT_LABEL + "=true");
        barePods = pods(context, "bare-pods", Names.INJECT_LABEL + "=true," + Names.AGENT_LABEL + "!=true");
        return List.of(policies, configMaps, agentPods, barePods, redis);
    }

    private InformerEventSource<Pod, CacheBackend> pods(
            EventSourceContext<CacheBackend> context, String name, String labels) {
        PodToBackends mapper = new PodToBackends(backends);
        InformerEventSource<Pod, CacheBackend> source = new InformerEventSource<>(
                configure(Pod.class, name, mapper)
                        .withLabelSelector(labels)
                        .withOnUpdateFilter(PodToBackends::matters)
                        .build(),
                context);
        source.addIndexers(Map.of(BY_BACKEND, PodToBackends::indexKeys));
        return source;
    }

    /** An empty mapper to secondaries turns the SDK's own index off, which would keep what a changed reference left behind. */
    private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> configure(
            Class<R> type, String name, SecondaryToPrimaryMapper<R> mapper) {
        return InformerEventSourceConfiguration.from(type, CacheBackend.class)
                .withName(name)
                .withSecondaryToPrimaryMapper(mapper)
                .withPrimaryToSecondaryMapper(_ -> Set.of())
                .withNamespacesInheritedFromController();
    }

    private static Set<ResourceID> backend(ConfigMap configMap) {
        return Set.of(new ResourceID(
                AgentConfigMaps.backend(configMap), configMap.getMetadata().getNamespace()));
    }

    /** Has a backend reconciled since something about its Redis changed. */
    void redisChanged(BackendId backend) {
        redis.propagateEvent(new ResourceID(backend.name(), backend.namespace()));
    }

    /** {@return the policies that refer to a backend and are not being deleted} */
    List<CachePolicy> policies(CacheBackend backend) {
        return indexed(policies, key(backend))
                .filter(policy -> !policy.isMarkedForDeletion())
                .toList();
    }

    /** {@return the ConfigMap of a backend's agents} */
    Optional<ConfigMap> configMap(CacheBackend backend) {
        return Objects.requireNonNull(configMaps)
                .get(new ResourceID(
                        Names.configMap(backend.getMetadata().getName()),
                        backend.getMetadata().getNamespace()));
    }

    /** Puts a ConfigMap that was just written into the cache, which the watch fills only later. */
    void written(@Nullable ConfigMap before, ConfigMap after) {
        InformerEventSource<ConfigMap, CacheBackend> source = Objects.requireNonNull(configMaps);
        if (before == null) {
            source.handleRecentResourceCreate(ResourceID.fromResource(after), after);
        } else {
            source.handleRecentResourceUpdate(ResourceID.fromResource(after), after, before);
        }
    }

    /** {@return whether the very backend is still there, and stays} */
    boolean exists(CacheBackend backend) {
        return backends.find(
                        backend.getMetadata().getNamespace(),
                        backend.getMetadata().getName())
                .filter(current -> Backends.id(current).equals(Backends.id(backend)) && !current.isMarkedForDeletion())
                .isPresent();
    }

    /** {@return all ConfigMaps that an operator made for backends} */
    List<ConfigMap> configMaps() {
        return Objects.requireNonNull(configMaps).list(_ -> true).toList();
    }

    /** {@return the pods with a backend's agent} */
    List<Pod> agentPods(String namespace, String backend) {
        return indexed(agentPods, new ResourceID(backend, namespace)).toList();
    }

    /** {@return the pods that should follow a backend, beside what their agents said at the last look} */
    AgentPods pods(CacheBackend backend, RedisState redis) {
        Map<Agent, AgentObservation> heard = switch (redis) {
            case Reached reached -> reached.agents();
            case Unreachable unreachable
            when unreachable.last() != null -> unreachable.last().agents();
            default -> null;
        };
        return new AgentPods(
                agentPods(
                        backend.getMetadata().getNamespace(),
                        backend.getMetadata().getName()),
                barePods(backend),
                heard);
    }

    /** {@return the pods that ask for a backend's agent and have none} */
    private List<Pod> barePods(CacheBackend backend) {
        String namespace = backend.getMetadata().getNamespace();
        Stream<Pod> named = indexed(barePods, key(backend));
        return backends.inNamespace(namespace).size() == 1
                ? Stream.concat(named, indexed(barePods, PodToBackends.onlyBackend(namespace)))
                        .toList()
                : named.toList();
    }

    /** {@return whether all caches had their first list of a namespace} */
    boolean synced(String namespace) {
        return backends.synced(namespace)
                && Stream.of(policies, configMaps, agentPods, barePods)
                        .allMatch(source -> source != null && synced(source.informerHealthIndicators(), namespace));
    }

    /** @param informers by namespace, or one for all */
    private static boolean synced(Map<String, InformerHealthIndicator> informers, String namespace) {
        InformerHealthIndicator informer = informers.get(
                informers.containsKey(Constants.WATCH_ALL_NAMESPACES) ? Constants.WATCH_ALL_NAMESPACES : namespace);
        return informer != null && informer.hasSynced();
    }

    private static ResourceID key(CacheBackend backend) {
        return ResourceID.fromResource(backend);
    }

    private static <R extends HasMetadata> Stream<R> indexed(
            @Nullable InformerEventSource<R, CacheBackend> source, ResourceID key) {
        return Objects.requireNonNull(source).byIndex(BY_BACKEND, key.toString()).stream();
    }
}
