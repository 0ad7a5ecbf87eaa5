package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.local.OperatorProcess;
import dev.cachepolicy.testing.Ports;
import dev.cachepolicy.testing.RedisProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A namespace with backends, policies, pods and their agents, and an operator of its own that looks after nothing else. */
final class Tenant implements AutoCloseable {

    /** One {@link Heartbeat#INTERVAL_SECONDS} is spread over so many turns, as agents started at different times would. */
    private static final int TURNS = 20;

    /** As the image in the chart's container: its options, and the chart's memory limit, of which the heap is a share. */
    private static final String JAVA_OPTIONS = "@images/operator.options -XX:MaxRAM=512m";

    private final KubernetesClient client;
    private final String namespace;
    private final OperatorProcess operator;
    private final List<RedisProcess> redises = new ArrayList<>();
    private final Map<String, SimulatedAgents> agents = new ConcurrentHashMap<>();
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor();
    private final Policies policies;
    private int turn;

    /**
     * Makes everything in a namespace that exists and is empty.
     *
     * @param backends each with a Redis of its own, over which policies and pods are spread evenly
     */
    Tenant(KubernetesClient client, String namespace, Path kubeConfig, int backends, int policies, int pods)
            throws Exception {
        this.client = client;
        this.namespace = namespace;
        this.operator = OperatorProcess.start(
                Map.of("KUBECONFIG", kubeConfig.toString(), "JAVA_OPTS", JAVA_OPTIONS),
                kubeConfig.resolveSibling(namespace + ".log"),
                Ports.free(),
                List.of(
                        "--namespace",
                        namespace,
                        "--watch-namespaces",
                        namespace,
                        "--webhook-configuration",
                        "none-" + namespace));
        operator.awaitReady(Duration.ofMinutes(1));
        for (int i = 0; i < backends; i++) {
            addBackend(Resources.backendName(i), pods / backends);
        }
        client.configMaps()
                .inNamespace(namespace)
                .withLabel(Names.BACKEND_LABEL)
                .inform(onConfigMap(), 0);
        this.policies = Policies.create(client, namespace, policies, backends);
        heartbeats.scheduleAtFixedRate(
                this::beat, 0, TimeUnit.SECONDS.toMillis(Heartbeat.INTERVAL_SECONDS) / TURNS, TimeUnit.MILLISECONDS);
    }

    private void addBackend(String name, int pods) throws Exception {
        RedisProcess redis = RedisProcess.start();
        redises.add(redis);
        CacheBackend backend = client.resource(Resources.backend(namespace, name, redis.endpoint()))
                .create();
        List<Pod> made = Concurrently.map(IntStream.range(0, pods).boxed().toList(), i -> {
            Pod pod = client.resource(Resources.pod(namespace, name + "-" + i, name))
                    .create();
            return client.resource(pod).editStatus(Resources::running);
        });
        agents.put(
                name,
                new SimulatedAgents(redis.endpoint(), backend.getMetadata().getUid(), made));
    }

    private void beat() {
        turn = (turn + 1) % TURNS;
        agents.values().forEach(ofBackend -> ofBackend.beat(turn, TURNS));
    }

    private ResourceEventHandler<ConfigMap> onConfigMap() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap configMap) {
                published(configMap);
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap configMap) {
                published(configMap);
            }

            @Override
            public void onDelete(ConfigMap configMap, boolean finalStateUnknown) {
                throw new IllegalStateException("nothing here is deleted");
            }
        };
    }

    private void published(ConfigMap configMap) {
        agents.get(configMap.getMetadata().getLabels().get(Names.BACKEND_LABEL)).published(configMap);
    }

    Policies policies() {
        return policies;
    }

    /** {@return whether every agent can have a TTL for every policy, which is when it has acknowledged it} */
    boolean isPublished(Duration ttl) {
        return agents.values().stream().allMatch(ofBackend -> ofBackend.have(ttl));
    }

    String namespace() {
        return namespace;
    }

    OperatorMeter meter() {
        return new OperatorMeter(operator.pid());
    }

    /** {@return how often CONFIG SET was called on all Redis processes since they began} */
    long configSets() {
        return redises.stream()
                .flatMap(redis -> redis.cli("INFO", "commandstats").lines())
                .filter(line -> line.startsWith("cmdstat_config|set:calls="))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*calls=([0-9]+),.*", "$1")))
                .sum();
    }

    @Override
    public void close() {
        operator.close();
        heartbeats.shutdownNow();
        agents.values().forEach(SimulatedAgents::close);
        redises.forEach(RedisProcess::close);
    }
}
