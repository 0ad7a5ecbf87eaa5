package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Observed;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Problem;
import dev.cachepolicy.operator.model.Verdict;
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
        Map<String, PolicyConfig> wanted = byId(model.agentConfig());
        Map<String, PolicyConfig> live = published == null ? Map.of() : byId(published);
        Map<PolicyKey, PolicyOutcome> outcomes = new HashMap<>();
        for (CachePolicy policy : policies) {
            PolicyKey key = key(policy);
            Verdict verdict = model.verdicts().get(key);
            if (verdict == null) {
                continue;
            }
            String id = key.namespace() + "/" + key.name();
            Programming programming = programming(verdict, wanted.get(id), live.get(id), model);
            outcomes.put(
                    key,
                    new PolicyOutcome(
                            policy.getMetadata().getUid(),
                            policy.getMetadata().getGeneration(),
                            verdict,
                            programming,
                            agents(programming, live.get(id), pods),
                            hitRatios.ratio(id, now, standing(policy)).orElse(null)));
        }
        return outcomes;
    }

    /** {@return the name of a policy as the model uses it} */
    static PolicyKey key(CachePolicy policy) {
        return new PolicyKey(
                policy.getMetadata().getNamespace(), policy.getMetadata().getName());
    }

    private static Programming programming(
            Verdict verdict, @Nullable PolicyConfig wanted, @Nullable PolicyConfig live, BackendModel model) {
        if (verdict instanceof Verdict.Rejected(String reason, String _)) {
            return new Programming.Withheld(
                    reason,
                    "not accepted, so it is not in the agents' configuration: its keys pass as if it did not exist");
        }
        if (wanted != null && live != null && live.withRevision(0).equals(wanted.withRevision(0))) {
            return new Programming.Published(live.revision());
        }
        Problem problem = model.problems().isEmpty()
                ? model.configProblem()
                : model.problems().getFirst();
        String kept = live == null ? "agents do not have it" : "agents keep the one before";
        return problem == null
                ? new Programming.Withheld("NotPublished", kept)
                : new Programming.Withheld(problem.reason(), kept + ": " + problem.message());
    }

    private static @Nullable AgentTally agents(Programming programming, @Nullable PolicyConfig live, AgentPods pods) {
        return programming instanceof Programming.Published(long revision) && live != null
                ? pods.tally(revision, live.workloadSelector())
                : null;
    }

    private static Map<String, PolicyConfig> byId(AgentConfig config) {
        return config.policies().stream().collect(Collectors.toMap(PolicyConfig::id, Function.identity()));
    }

    private static Optional<HitRatio> standing(CachePolicy policy) {
        Observed observed =
                policy.getStatus() == null ? null : policy.getStatus().observed();
        return observed == null || observed.hitRatio() == null || observed.window() == null
                ? Optional.empty()
                : Optional.of(new HitRatio(observed.hitRatio(), observed.window()));
    }
}
