package dev.cachepolicy.bench.scale;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigException;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Counters;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.config.RedisKeys;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The agents of one backend's pods, as its Redis sees them: each has a heartbeat with counters of every policy, and all
 * acknowledge a revision as soon as its ConfigMap is there, as if their kubelets had mounted it at once.
 */
final class SimulatedAgents implements AutoCloseable {

    private static final Counters COUNTERS = new Counters(900_000, 100_000);
    private static final String SEQUENCE = "{\"sequence\":";

    private final RedisClient client;
    private final RedisAsyncCommands<String, String> redis;
    private final String key;
    private final List<Agent> agents;
    private long sequence;
    private long revision;
    private String withoutSequence = "";
    private Set<Long> ttls = Set.of();

    SimulatedAgents(String endpoint, String backendUid, List<Pod> pods) {
        this.client = RedisClient.create("redis://" + endpoint);
        this.redis = client.connect().async();
        this.key = RedisKeys.agents(backendUid);
        this.agents = pods.stream()
                .map(pod -> new Agent(
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid()))
                .toList();
    }

    /** A version of the backend's ConfigMap came into sight. */
    synchronized void published(ConfigMap configMap) {
        AgentConfig config;
        try {
            config = AgentConfigYaml.read(configMap.getData().get(AgentConfig.FILE_NAME));
        } catch (AgentConfigException e) {
            throw new IllegalStateException(e);
        }
        if (config.revision() > revision) {
            revision = config.revision();
            withoutSequence = withoutSequence(config);
            ttls = config.policies().stream()
                    .map(policy -> policy.ttl().millis())
                    .collect(toSet());
            agents.forEach(agent -> {
                beat(agent);
                redis.publish(key, agent.field());
            });
        }
    }

    /** {@return whether all policies in the published configuration have a TTL} */
    synchronized boolean have(Duration ttl) {
        return ttls.equals(Set.of(ttl.toMillis()));
    }

    /** The regular heartbeat of those agents whose turn it is. */
    synchronized void beat(int turn, int turns) {
        for (int i = turn; i < agents.size(); i += turns) {
            beat(agents.get(i));
        }
    }

    private void beat(Agent agent) {
        redis.hset(key, agent.field(), SEQUENCE + ++sequence + withoutSequence);
    }

    /** Made once for a revision: the agents' work is not to be measured, and this program does that of all. */
    private static String withoutSequence(AgentConfig config) {
        String beat = new Heartbeat(
                        0,
                        config.revision(),
                        "bench",
                        null,
                        config.policies().stream().collect(toMap(PolicyConfig::id, _ -> COUNTERS)))
                .write();
        return beat.substring((SEQUENCE + 0).length());
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
