package dev.cachepolicy.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Mutex;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Stampede;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Effective;
import dev.cachepolicy.api.v1alpha1.Enforcement;
import dev.cachepolicy.api.v1alpha1.StampedeMode;
import dev.cachepolicy.operator.backend.AgentTally;
import dev.cachepolicy.operator.backend.HitRatio;
import dev.cachepolicy.operator.backend.PolicyOutcome;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.model.Verdict;
import dev.cachepolicy.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyStatusFactoryTest {

    private static final Verdict ACCEPTED = new Verdict.Accepted(new Effective(null, null, null, null, null, null));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final PolicyStatusFactory factory = new PolicyStatusFactory(() -> now);
    private final CachePolicy policy = new CachePolicy();

    @BeforeEach
    void makePolicy() {
        policy.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("users")
                .withGeneration(4L)
                .build());
        policy.setSpec(new CachePolicySpec(
                new CachePolicySpec.BackendRef("redis"),
                "user:{id}",
                null,
                new CachePolicySpec.Ttl("10m", null, null, null),
                null,
                null,
                null,
                null,
                null,
                null));
    }

    private static PolicyOutcome published(AgentTally agents, HitRatio observed) {
        return new PolicyOutcome("uid", 4, ACCEPTED, new Programming.Published(7), agents, observed);
    }

    private static String condition(CachePolicyStatus status, String type) {
        Condition condition = Conditions.find(status.conditions(), type).orElseThrow();
        return condition.getStatus() + " " + condition.getReason();
    }

    static Stream<Arguments> tallies() {
        return Stream.of(
                arguments(new AgentTally(0, 0, 0, 0), "Unknown NoAgents", "0/0"),
                arguments(new AgentTally(4, 4, 0, 0), "True AgentsSynced", "4/4"),
                arguments(new AgentTally(4, 3, 0, 0), "False AgentsBehind", "3/4"),
                arguments(new AgentTally(4, 3, 0, 1), "False AgentMissing", "3/4"),
                arguments(new AgentTally(4, 2, 1, 1), "False AgentTooOld", "2/4"));
    }

    @ParameterizedTest
    @MethodSource("tallies")
    void agentsAreCountedAndDoNotDecideReadiness(AgentTally tally, String synced, String ratio) {
        CachePolicyStatus status = factory.status(policy, published(tally, null));
        assertThat(condition(status, "AgentsSynced")).isEqualTo(synced);
        assertThat(status.agents().ratio()).isEqualTo(ratio);
        assertThat(condition(status, "Ready")).isEqualTo("True Ready");
        assertThat(status.observedGeneration()).isEqualTo(4);
    }

    @Test
    void whatIsNotKnownYetStaysAsItStands() {
        policy.setStatus(factory.status(policy, published(new AgentTally(2, 2, 0, 0), new HitRatio("93.4%", "5m"))));
        now = now.plusSeconds(60);
        CachePolicyStatus after = factory.status(policy, published(null, null));
        assertThat(after).isEqualTo(policy.getStatus());
    }

    /** Agents doubt what they do not know for as long as a load may take. */
    @ParameterizedTest
    @CsvSource({
        "Enforce, 5s, from 20s after all agents",
        "Enforce, 10s, from 40s after all agents",
        "Enforce, , from 20s after all agents",
        "DryRun, 5s, since revision 7"
    })
    void programmedSaysFromWhenNothingStaleIsStored(Enforcement enforcement, String lockTimeout, String expected) {
        Stampede stampede = new Stampede(
                StampedeMode.Mutex, lockTimeout == null ? null : new Mutex(lockTimeout, "1s", "50ms"), null, null);
        CachePolicyStatus status = factory.status(
                policy,
                new PolicyOutcome(
                        "uid",
                        4,
                        new Verdict.Accepted(new Effective(null, null, stampede, null, null, enforcement)),
                        new Programming.Published(7),
                        null,
                        null));
        String message =
                Conditions.find(status.conditions(), "Programmed").orElseThrow().getMessage();
        assertThat(message).contains(expected);
        assertThat(message.contains("stale")).isEqualTo(enforcement == Enforcement.Enforce);
    }

    @Test
    void rejectedPolicyIsStalledAndHasNoAgents() {
        CachePolicyStatus status = factory.status(
                policy,
                new PolicyOutcome(
                        "uid",
                        4,
                        new Verdict.Rejected("Conflicted", "shop/other has this pattern"),
                        new Programming.Withheld("Conflicted", "passes"),
                        null,
                        null));
        assertThat(condition(status, "Accepted")).isEqualTo("False Conflicted");
        assertThat(condition(status, "Programmed")).isEqualTo("False Conflicted");
        assertThat(condition(status, "AgentsSynced")).isEqualTo("Unknown Conflicted");
        assertThat(condition(status, "Ready")).isEqualTo("False Conflicted");
        assertThat(condition(status, "Stalled")).isEqualTo("True Conflicted");
        assertThat(status.agents()).isNull();
        assertThat(status.effective()).isNull();
    }

    @Test
    void policyWithoutItsBackendWaitsAndIsNotStalled() {
        CachePolicyStatus status = factory.backendNotFound(policy);
        assertThat(condition(status, "ResolvedRefs")).isEqualTo("False BackendNotFound");
        assertThat(condition(status, "Ready")).isEqualTo("False BackendNotFound");
        assertThat(condition(status, "Stalled")).startsWith("False");
        assertThat(Conditions.find(status.conditions(), "ResolvedRefs")
                        .orElseThrow()
                        .getMessage())
                .contains("CacheBackend redis in namespace shop");
    }

    @Test
    void configurationThatIsTooLargeIsNotTheFaultOfTheSpec() {
        CachePolicyStatus status = factory.status(
                policy,
                new PolicyOutcome("uid", 4, ACCEPTED, new Programming.Withheld("ConfigTooLarge", "kept"), null, null));
        assertThat(condition(status, "Accepted")).isEqualTo("True Accepted");
        assertThat(condition(status, "Programmed")).isEqualTo("False ConfigTooLarge");
        assertThat(condition(status, "Ready")).isEqualTo("False ConfigTooLarge");
    }
}
