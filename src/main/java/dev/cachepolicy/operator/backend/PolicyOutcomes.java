package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Observed;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.validation.Problem;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Works out what became of each policy of a backend. Pure, but for the hit ratios that it asks. */
final class PolicyOutcomes {

    private PolicyOutcomes() {}

    /**
     * {@return the outcome of each policy}
     *
     * @param published the configuration that agents can have now; null: none
     */
    static Map<PolicyKey, PolicyOutcome> of(
            List<CachePolicy> policies,
            BackendModel model,
            @Nullable AgentConfig published,
            AgentPods pods,
            HitRatios hitRatios,
            Instant now) {
        Map<String, PolicyConfig> live = published == null
                ? Map.of()
                : published.policies().stream().collect(Collectors.toMap(PolicyConfig::id, Function.identity()));
        Map<PolicyKey, PolicyOutcome> outcomes = new HashMap<>();
        for (CachePolicy policy : policies) {
            PolicyKey key = PolicyKey.of(policy);
            Verdict verdict = model.verdicts().get(key);
            if (verdict != null) {
                PolicyConfig config = live.get(key.toString());
                Programming programming = programming(policy, verdict, config, model.configProblem());
                outcomes.put(
                        key,
                        new PolicyOutcome(
                                policy.getMetadata().getUid(),
                                policy.getMetadata().getGeneration(),
                                verdict,
                                programming,
                                agents(programming, config, pods),
                                hitRatios
                                        .ratio(key.toString(), now, standing(policy))
                                        .orElse(null)));
            }
        }
        hitRatios.retain(live.keySet());
        return outcomes;
    }

    private static Programming programming(
            CachePolicy policy, Verdict verdict, @Nullable PolicyConfig live, @Nullable Problem configProblem) {
        if (verdict instanceof Verdict.Rejected(String reason, String message)) {
            return new Programming.Withheld(reason, message);
        }
        if (configProblem == null) {
            return live == null
                    ? new Programming.Withheld("NotPublished", "agents do not have it yet")
                    : new Programming.Published(live.revision());
        }
        // What is published is older than the policies; the status tells which of them it has as they are now.
        return live != null && programmedBefore(policy)
                ? new Programming.Published(live.revision())
                : new Programming.Withheld(configProblem.reason(), configProblem.message());
    }

    private static boolean programmedBefore(CachePolicy policy) {
        return policy.getStatus() != null
                && Conditions.find(policy.getStatus().conditions(), PolicyOutcome.PROGRAMMED)
                        .filter(condition -> condition.getStatus().equals("True")
                                && policy.getMetadata().getGeneration().equals(condition.getObservedGeneration()))
                        .isPresent();
    }

    private static @Nullable AgentTally agents(Programming programming, @Nullable PolicyConfig live, AgentPods pods) {
        return programming instanceof Programming.Published(long revision) && live != null
                ? pods.tally(revision, live.workloadSelector())
                : null;
    }

    private static Optional<HitRatio> standing(CachePolicy policy) {
        Observed observed =
                policy.getStatus() == null ? null : policy.getStatus().observed();
        return observed == null || observed.hitRatio() == null || observed.window() == null
                ? Optional.empty()
                : Optional.of(new HitRatio(observed.hitRatio(), observed.window()));
    }
}
