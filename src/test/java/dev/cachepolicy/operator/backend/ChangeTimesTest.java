package dev.cachepolicy.operator.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.keeper.BackendId;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.prometheus.client.CollectorRegistry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeTimesTest {

    private static final BackendId BACKEND = new BackendId("shop", "redis", "uid");
    private static final Programming PUBLISHED = new Programming.Published(7);
    private static final Programming WITHHELD = new Programming.Withheld("NotPublished", "not yet");
    private static final Verdict ACCEPTED =
            new Verdict.Accepted(new CachePolicyStatus.Effective(null, null, null, null, null, null));

    private final CollectorRegistry registry = new CollectorRegistry();
    private long nanos;
    private final ChangeTimes times = new ChangeTimes(registry, () -> nanos);

    private static CachePolicy policy(long generation, @Nullable Long observedGeneration) {
        CachePolicy policy = new CachePolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("users")
                .withUid("policy-uid")
                .withGeneration(generation)
                .build());
        if (observedGeneration != null) {
            policy.setStatus(new CachePolicyStatus(observedGeneration, List.of(), null, null, null));
        }
        return policy;
    }

    private void became(int afterSeconds, long generation, Programming programming, @Nullable AgentTally agents) {
        became(afterSeconds, generation, ACCEPTED, programming, agents);
    }

    private void became(
            int afterSeconds, long generation, Verdict verdict, Programming programming, @Nullable AgentTally agents) {
        nanos = afterSeconds * 1_000_000_000L;
        times.became(
                BACKEND,
                Map.of(
                        new PolicyKey("shop", "users"),
                        new PolicyOutcome("policy-uid", generation, verdict, programming, agents, null)));
    }

    private @Nullable Double programmed(String suffix) {
        return sample("cachepolicy_policy_change_programmed_duration_seconds" + suffix);
    }

    private @Nullable Double acknowledged(String suffix) {
        return sample("cachepolicy_policy_change_acknowledged_duration_seconds" + suffix);
    }

    private @Nullable Double sample(String name) {
        return registry.getSampleValue(name, new String[] {"namespace", "backend"}, new String[] {"shop", "redis"});
    }

    @Test
    void bothEndsAreTimedFromTheGenerationOnceEach() {
        times.changed(policy(2, 1L));
        became(1, 1, PUBLISHED, new AgentTally(2, 2, 0, 0));
        became(2, 2, WITHHELD, null);
        became(3, 2, PUBLISHED, null);
        became(5, 2, PUBLISHED, new AgentTally(2, 1, 0, 0));
        became(8, 2, PUBLISHED, new AgentTally(2, 2, 0, 0));
        became(9, 2, PUBLISHED, new AgentTally(2, 2, 0, 0));

        assertThat(programmed("_count")).isEqualTo(1);
        assertThat(programmed("_sum")).isEqualTo(3);
        assertThat(acknowledged("_count")).isEqualTo(1);
        assertThat(acknowledged("_sum")).isEqualTo(8);
    }

    @Test
    void agentsThatCannotFollowAreNotWaitedFor() {
        times.changed(policy(2, 1L));
        became(4, 2, PUBLISHED, new AgentTally(3, 1, 1, 1));

        assertThat(acknowledged("_sum")).isEqualTo(4);
    }

    @Test
    void withoutAgentsThereIsNothingToAcknowledge() {
        times.changed(policy(2, 1L));
        became(1, 2, PUBLISHED, new AgentTally(0, 0, 0, 0));
        became(900, 2, PUBLISHED, new AgentTally(1, 1, 0, 0));

        assertThat(programmed("_count")).isEqualTo(1);
        assertThat(acknowledged("_count")).isZero();
    }

    @Test
    void aPolicyThatAnOperatorFindsProgrammedAtItsStartIsNoChange() {
        times.appeared(policy(2, 2L));
        became(1, 2, PUBLISHED, new AgentTally(1, 1, 0, 0));
        assertThat(programmed("_count")).isZero();

        times.appeared(policy(3, 2L));
        became(2, 3, PUBLISHED, new AgentTally(1, 1, 0, 0));
        assertThat(programmed("_count")).isEqualTo(1);
    }

    @Test
    void aRefusedChangeHasNoEndEvenWhenItIsAcceptedLater() {
        times.changed(policy(2, 1L));
        became(1, 2, new Verdict.Rejected("Conflicted", "another has it"), WITHHELD, null);
        became(900, 2, PUBLISHED, new AgentTally(1, 1, 0, 0));

        assertThat(programmed("_count")).isZero();
    }

    @Test
    void aDeletedPolicyIsForgottenAndABackendLeavesNoSeries() {
        times.changed(policy(2, 1L));
        times.gone(policy(2, 1L));
        became(1, 2, PUBLISHED, new AgentTally(1, 1, 0, 0));
        assertThat(programmed("_count")).isZero();

        times.remove(BACKEND);
        assertThat(programmed("_count")).isNull();
    }
}
