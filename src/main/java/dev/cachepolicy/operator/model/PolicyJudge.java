package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.validation.BackendRules;
import dev.cachepolicy.validation.PatternConflict;
import dev.cachepolicy.validation.PolicyValidator;
import dev.cachepolicy.validation.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges the policies of a backend, in the order of their seniority. Only an accepted policy takes a pattern and memory:
 * one that is rejected, for whatever reason, stands in nobody's way.
 */
final class PolicyJudge {

    private static final String CONSEQUENCE =
            "; until then this policy is not in the agents' configuration: its keys pass as if it did not exist";

    private final CacheBackend backend;
    private final BackendRules rules;
    private final Budgets budgets;
    private final Map<KeyPattern, CachePolicy> holders = new HashMap<>();
    private final SortedMap<PolicyKey, Verdict> verdicts = new TreeMap<>();
    private final List<CachePolicy> accepted = new ArrayList<>();

    PolicyJudge(CacheBackend backend) {
        this.backend = backend;
        this.rules = BackendRules.of(backend);
        this.budgets = Budgets.of(backend);
    }

    /** {@return the accepted policies, in the order of their seniority} */
    List<CachePolicy> accepted() {
        return accepted;
    }

    SortedMap<PolicyKey, Verdict> verdicts() {
        return verdicts;
    }

    void judge(CachePolicy policy) {
        List<Problem> problems = problems(policy);
        if (problems.isEmpty()) {
            accepted.add(policy);
            verdicts.put(
                    PolicyKey.of(policy), new Verdict.Accepted(Effectives.of(policy.getSpec(), backend.getSpec())));
            return;
        }
        String messages = problems.stream()
                .map(problem -> problem.field() + ": " + problem.message())
                .collect(Collectors.joining("; "));
        verdicts.put(
                PolicyKey.of(policy), new Verdict.Rejected(problems.getFirst().reason(), messages + CONSEQUENCE));
    }

    /** Takes pattern and memory if there is no problem. */
    private List<Problem> problems(CachePolicy policy) {
        List<Problem> problems = PolicyValidator.validate(policy);
        if (problems.isEmpty()) {
            problems = rules.validate(policy);
        }
        if (!problems.isEmpty()) {
            return problems;
        }
        KeyPattern pattern = pattern(policy);
        CachePolicy holder = holders.get(pattern);
        if (holder != null) {
            return List.of(PatternConflict.lostTo(holder, policy));
        }
        Optional<Problem> excess = budgets.take(policy);
        if (excess.isPresent()) {
            return List.of(excess.get());
        }
        holders.put(pattern, policy);
        return List.of();
    }

    private static KeyPattern pattern(CachePolicy policy) {
        try {
            return KeyPattern.parse(policy.getSpec().keyPattern());
        } catch (InvalidPatternException e) {
            throw new IllegalStateException("the validator let it pass", e);
        }
    }
}
