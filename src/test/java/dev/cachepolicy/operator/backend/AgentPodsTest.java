package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.config.AgentConfigException.Reason;
import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.Heartbeat.Agent;
import dev.cachepolicy.config.Heartbeat.Refusal;
import dev.cachepolicy.config.PolicyConfig.Selector;
import dev.cachepolicy.operator.keeper.AgentObservation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentPodsTest {

    private static final Selector WEB = new Selector(Map.of("app", "web"), List.of());

    private final List<Pod> withAgent = new ArrayList<>();
    private final List<Pod> bare = new ArrayList<>();
    private final Map<Agent, AgentObservation> heard = new HashMap<>();

    private static Pod pod(String name, String app, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid(name + "-uid")
                .addToLabels("app", app)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }

    private void agent(String name, String app, long revision, boolean alive, boolean tooOld) {
        withAgent.add(pod(name, app, "Running"));
        heard.put(
                new Agent("shop", name, name + "-uid"),
                new AgentObservation(
                        new Heartbeat(
                                1, revision, "test", tooOld ? new Refusal(Reason.AgentTooOld, "old") : null, Map.of()),
                        alive));
    }

    private AgentTally tally(long revision, Selector selector) {
        return new AgentPods(withAgent, bare, heard).tally(revision, selector);
    }

    @Test
    void liveAgentsAtOrAboveTheRevisionAreSynced() {
        agent("a", "web", 5, true, false);
        agent("b", "web", 7, true, false);
        agent("c", "web", 7, false, false);
        agent("d", "web", 8, true, false);
        assertThat(tally(5, null)).isEqualTo(new AgentTally(4, 3, 0, 0));
        assertThat(tally(7, null)).isEqualTo(new AgentTally(4, 2, 0, 0));
        assertThat(tally(8, null)).isEqualTo(new AgentTally(4, 1, 0, 0));
        assertThat(tally(9, null)).isEqualTo(new AgentTally(4, 0, 0, 0));
        assertThat(tally(9, null).behind()).isEqualTo(4);
    }

    @Test
    void selectorTellsWhichPodsAreMeant() {
        agent("a", "web", 5, true, false);
        agent("b", "job", 5, true, false);
        bare.add(pod("c", "web", "Running"));
        assertThat(tally(5, WEB)).isEqualTo(new AgentTally(2, 1, 0, 1));
        assertThat(tally(5, null)).isEqualTo(new AgentTally(3, 2, 0, 1));
    }

    @Test
    void agentThatIsTooOldForTheFileStillHasTheOlderPolicies() {
        agent("a", "web", 5, true, true);
        assertThat(tally(5, null)).isEqualTo(new AgentTally(1, 1, 0, 0));
        assertThat(tally(6, null)).isEqualTo(new AgentTally(1, 0, 1, 0));
    }

    @Test
    void podsThatDoNotRunDoNotCount() {
        withAgent.add(pod("a", "web", "Pending"));
        withAgent.add(pod("b", "web", "Succeeded"));
        Pod terminating = pod("c", "web", "Running");
        terminating.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        withAgent.add(terminating);
        assertThat(tally(1, null)).isEqualTo(new AgentTally(0, 0, 0, 0));
    }

    @Test
    void nothingIsKnownBeforeHeartbeatsWereRead() {
        withAgent.add(pod("a", "web", "Running"));
        assertThat(new AgentPods(withAgent, bare, null).tally(1, null)).isNull();
    }

    @Test
    void podsBehindAreThoseThatCanFollow() {
        agent("synced", "web", 7, true, false);
        agent("behind", "web", 6, true, false);
        agent("old", "web", 6, true, true);
        withAgent.add(pod("silent", "web", "Running"));
        AgentPods pods = new AgentPods(withAgent, bare, heard);
        assertThat(pods.behind(7, false))
                .extracting(p -> p.getMetadata().getName())
                .containsExactly("behind");
        assertThat(pods.behind(7, true))
                .extracting(p -> p.getMetadata().getName())
                .containsExactly("behind", "silent");
    }
}
