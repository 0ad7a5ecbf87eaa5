package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Effective;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendOutcomesTest {

    private static final BackendId SHOP = new BackendId("ns", "shop", "uid");
    private static final PolicyKey A = new PolicyKey("ns", "a");
    private static final PolicyKey B = new PolicyKey("ns", "b");
    private static final int AGENTS = 20;

    private final List<PolicyKey> told = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private final BackendOutcomes outcomes = new BackendOutcomes(told::add, () -> now.toNanos());

    private static PolicyOutcome refused(long generation) {
        return new PolicyOutcome(
                "uid", generation, new Verdict.Rejected("R", "m"), new Programming.Withheld("R", "m"), null, null);
    }

    private static PolicyOutcome published(long generation, int synced) {
        return new PolicyOutcome(
                "uid",
                generation,
                new Verdict.Accepted(new Effective(null, null, null, null, null, null)),
                new Programming.Published(generation),
                new AgentTally(AGENTS, synced, 0, 0),
                null);
    }

    private void publish(Map<PolicyKey, PolicyOutcome> policies) {
        outcomes.publish(SHOP, policies, false);
    }

    private void publishInBurst(Map<PolicyKey, PolicyOutcome> policies) {
        outcomes.publish(SHOP, policies, true);
    }

    @Test
    void onlyPoliciesWhoseOutcomeChangedAreTold() {
        publish(Map.of(A, refused(1), B, refused(1)));
        assertThat(told).containsExactlyInAnyOrder(A, B);
        told.clear();
        publish(Map.of(A, refused(1), B, refused(2)));
        assertThat(told).containsExactly(B);
        told.clear();
        publish(Map.of(A, refused(1), B, refused(2)));
        assertThat(told).isEmpty();
    }

    @Test
    void aSingleChangeIsToldAtOnceAndWhenAllAgentsFollow() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();

        publish(Map.of(A, published(2, 0)));
        assertThat(told).containsExactly(A);
        for (int synced = 1; synced < AGENTS; synced++) {
            publish(Map.of(A, published(2, synced)));
        }
        assertThat(told).containsExactly(A);
        assertThat(outcomes.of(SHOP, A)).contains(published(2, 0));
        publish(Map.of(A, published(2, AGENTS)));
        assertThat(told).containsExactly(A, A);
        assertThat(outcomes.of(SHOP, A)).contains(published(2, AGENTS));
    }

    @Test
    void aChangeInABurstIsToldWhenAllAgentsFollow() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();

        publishInBurst(Map.of(A, published(2, 0)));
        publish(Map.of(A, published(2, 7)));
        assertThat(told).isEmpty();
        assertThat(outcomes.of(SHOP, A)).contains(published(1, AGENTS));
        publish(Map.of(A, published(2, AGENTS)));
        assertThat(told).containsExactly(A);
        assertThat(outcomes.of(SHOP, A)).contains(published(2, AGENTS));
    }

    @Test
    void aNewPolicyIsToldAtOnceInABurstToo() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();
        publishInBurst(Map.of(A, published(1, AGENTS), B, published(2, 0)));
        assertThat(told).containsExactly(B);
    }

    @Test
    void whatTakesLongerIsToldAsFarAsItCame() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();

        assertThat(outcomes.publish(SHOP, Map.of(A, published(2, 0)), true)).contains(Patience.LIMIT);
        now = now.plusMillis(1500);
        assertThat(outcomes.publish(SHOP, Map.of(A, published(2, 7)), false)).contains(Duration.ofMillis(500));
        assertThat(told).isEmpty();
        now = now.plusMillis(500);
        assertThat(outcomes.publish(SHOP, Map.of(A, published(2, 8)), false)).isEmpty();
        assertThat(told).containsExactly(A);
        assertThat(outcomes.of(SHOP, A)).contains(published(2, 8));
    }

    @Test
    void aChangeThatIsRefusedIsToldAtOnceInABurstToo() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();
        publishInBurst(Map.of(A, published(2, 0)));
        publishInBurst(Map.of(A, refused(3)));
        assertThat(told).containsExactly(A);
    }

    @Test
    void podsThatComeAndFollowSoonAreNotTold() {
        publish(Map.of(A, published(1, AGENTS)));
        told.clear();
        publish(Map.of(A, published(1, AGENTS - 1)));
        now = now.plusSeconds(1);
        assertThat(outcomes.publish(SHOP, Map.of(A, published(1, AGENTS)), false))
                .isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void policiesOfABackendThatIsGoneAreTold() {
        publish(Map.of(A, refused(1)));
        told.clear();
        outcomes.remove(SHOP);
        assertThat(told).containsExactly(A);
        assertThat(outcomes.of(SHOP, A)).isEmpty();
        assertThat(outcomes.backends()).isEmpty();
    }
}
