package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendOutcomesTest {

    private static final BackendId SHOP = new BackendId("ns", "shop", "uid");
    private static final PolicyKey A = new PolicyKey("ns", "a");
    private static final PolicyKey B = new PolicyKey("ns", "b");

    private final List<PolicyKey> told = new ArrayList<>();
    private final BackendOutcomes outcomes = new BackendOutcomes(told::add);

    private static PolicyOutcome outcome(long generation) {
        return new PolicyOutcome(
                "uid", generation, new Verdict.Rejected("R", "m"), new Programming.Withheld("R", "m"), null, null);
    }

    @Test
    void onlyPoliciesWhoseOutcomeChangedAreTold() {
        outcomes.publish(SHOP, Map.of(A, outcome(1), B, outcome(1)));
        assertThat(told).containsExactlyInAnyOrder(A, B);
        told.clear();
        outcomes.publish(SHOP, Map.of(A, outcome(1), B, outcome(2)));
        assertThat(told).containsExactly(B);
        told.clear();
        outcomes.publish(SHOP, Map.of(A, outcome(1), B, outcome(2)));
        assertThat(told).isEmpty();
    }

    @Test
    void policiesOfABackendThatIsGoneAreTold() {
        outcomes.publish(SHOP, Map.of(A, outcome(1)));
        told.clear();
        outcomes.remove(SHOP);
        assertThat(told).containsExactly(A);
        assertThat(outcomes.of(SHOP, A)).isEmpty();
        assertThat(outcomes.backends()).isEmpty();
    }
}
