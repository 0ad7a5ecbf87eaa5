package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.operator.backend.PolicyIntake.Intake;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyIntakeTest {

    private final PolicyIntake policies = new PolicyIntake();
    private Duration now = Duration.ZERO;

    private static CachePolicy policy(String name, long generation) {
        CachePolicy policy = new CachePolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withUid("uid-of-" + name)
                .withGeneration(generation)
                .build());
        return policy;
    }

    private Intake takeAfter(int millis, CachePolicy... there) {
        now = now.plusMillis(millis);
        return policies.take(List.of(there), now.toNanos());
    }

    private static long generation(Intake intake) {
        return intake.policies().getFirst().getMetadata().getGeneration();
    }

    @Test
    void aSingleChangeIsTakenAtOnce() {
        takeAfter(0, policy("a", 1));
        Intake intake = takeAfter(2000, policy("a", 2));
        assertThat(generation(intake)).isEqualTo(2);
        assertThat(intake.burst()).isFalse();
        assertThat(intake.again()).isNull();
    }

    @Test
    void whatFollowsSoonIsTakenTogether() {
        takeAfter(0, policy("a", 1));
        takeAfter(2000, policy("a", 2));

        Intake early = takeAfter(100, policy("a", 3));
        assertThat(generation(early)).isEqualTo(2);
        assertThat(early.again()).isEqualTo(Duration.ofMillis(900));
        assertThat(generation(takeAfter(899, policy("a", 4)))).isEqualTo(2);

        Intake due = takeAfter(1, policy("a", 4), policy("b", 1));
        assertThat(due.policies()).hasSize(2);
        assertThat(generation(due)).isEqualTo(4);
        assertThat(due.burst()).isTrue();
        assertThat(due.again()).isNull();
    }

    @Test
    void policiesWhoseStatusAloneChangedAreTakenAsTheyAre() {
        takeAfter(0, policy("a", 1));
        CachePolicy newer = policy("a", 1);
        assertThat(takeAfter(10, newer).policies().getFirst()).isSameAs(newer);
    }

    @Test
    void aPolicyThatGoesAndComesBackIsAnother() {
        takeAfter(0, policy("a", 1));
        CachePolicy another = policy("a", 1);
        another.getMetadata().setUid("another");
        assertThat(takeAfter(2000, another).policies().getFirst()).isSameAs(another);
        assertThat(takeAfter(10, another).again()).isNull();
        assertThat(takeAfter(10).again()).isNotNull();
    }
}
