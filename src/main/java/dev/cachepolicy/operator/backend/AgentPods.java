package dev.cachepolicy.operator.backend;

import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.PolicyConfig.Selector;
import dev.cachepolicy.operator.keeper.AgentObservation;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods that should follow one backend, beside what their agents said. Counting is by selector first, since most
 * policies share one, and by revision then: a thousand policies cost no more than their selectors.
 */
final class AgentPods {

    private final List<Pod> withAgent;
    private final List<Pod> bare;
    private final @Nullable Map<Agent, AgentObservation> heard;
    private final Map<@Nullable Selector, Group> groups = new HashMap<>();

    /**
     * @param withAgent pods with the backend's agent
     * @param bare pods that ask for an agent and have none
     * @param heard of agents, by their heartbeats; null: heartbeats were not read yet
     */
    AgentPods(List<Pod> withAgent, List<Pod> bare, @Nullable Map<Agent, AgentObservation> heard) {
        this.withAgent = withAgent.stream().filter(AgentPods::counts).toList();
        this.bare = bare.stream().filter(AgentPods::counts).toList();
        this.heard = heard;
    }

    private static boolean counts(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase());
    }

    /**
     * {@return how many follow; null: heartbeats were not read yet}
     *
     * @param revision that is to be acknowledged
     * @param selector of the pods that are meant; null: all
     */
    @Nullable
    AgentTally tally(long revision, @Nullable Selector selector) {
        return heard == null
                ? null
                : groups.computeIfAbsent(selector, this::group).tally(revision);
    }

    /**
     * {@return pods whose agent has not acknowledged a revision}
     *
     * @param silentToo also those of whose agent nothing was heard
     */
    Stream<Pod> behind(long revision, boolean silentToo) {
        return withAgent.stream().filter(pod -> {
            AgentObservation agent = heard(pod);
            return agent == null ? silentToo : agent.heartbeat().revision() < revision && !tooOld(agent);
        });
    }

    /** {@return the last heartbeats; empty: not read yet} */
    Optional<Map<Agent, Heartbeat>> heartbeats() {
        return Optional.ofNullable(heard)
                .map(agents -> agents.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, e -> e.getValue().heartbeat())));
    }

    private Group group(@Nullable Selector selector) {
        List<AgentObservation> alive = new ArrayList<>();
        int total = 0;
        for (Pod pod : withAgent) {
            if (selects(selector, pod)) {
                total++;
                AgentObservation agent = heard(pod);
                if (agent != null && agent.alive()) {
                    alive.add(agent);
                }
            }
        }
        int without = (int) bare.stream().filter(pod -> selects(selector, pod)).count();
        return new Group(
                total + without,
                without,
                revisions(alive.stream().filter(agent -> !tooOld(agent))),
                revisions(alive.stream().filter(AgentPods::tooOld)));
    }

    private static boolean selects(@Nullable Selector selector, Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return selector == null || selector.matches(labels == null ? Map.of() : labels);
    }

    private static boolean tooOld(AgentObservation agent) {
        Heartbeat.Refusal refused = agent.heartbeat().refused();
        // A pod that was made before its backend named a Secret is mended as one with an old agent is.
        return refused != null
                && (refused.reason() == Reason.AgentTooOld || refused.reason() == Reason.SecretNotMounted);
    }

    private @Nullable AgentObservation heard(Pod pod) {
        return heard == null
                ? null
                : heard.get(new Agent(
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid()));
    }

    private static long[] revisions(Stream<AgentObservation> agents) {
        return agents.mapToLong(agent -> agent.heartbeat().revision()).sorted().toArray();
    }

    /** The pods of one selector, and what their live agents acknowledged, sorted. */
    private static final class Group {

        private final int total;
        private final int bare;
        private final long[] able;
        private final long[] tooOld;

        /**
         * @param able acknowledged revisions of live agents
         * @param tooOld acknowledged revisions of live agents that refused a newer one
         */
        Group(int total, int bare, long[] able, long[] tooOld) {
            this.total = total;
            this.bare = bare;
            this.able = able;
            this.tooOld = tooOld;
        }

        AgentTally tally(long revision) {
            int outdated = below(tooOld, revision);
            int synced = able.length - below(able, revision) + tooOld.length - outdated;
            return new AgentTally(total, synced, outdated, bare);
        }

        private static int below(long[] sorted, long revision) {
            int found = Arrays.binarySearch(sorted, revision);
            int index = found < 0 ? -found - 1 : found;
            while (index > 0 && sorted[index - 1] == revision) {
                index--;
            }
            return index;
        }
    }
}
