package dev.cachepolicy.cli;

import dev.cachepolicy.agent.policy.Policy;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.Enforcement;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.operator.model.PolicyKey;
import dev.cachepolicy.operator.model.Verdict;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import dev.cachepolicy.pattern.PatternMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Why a key is treated as it is, in lines for people. */
final class Explanation {

    private final AgentConfig config;
    private final List<Candidate> accepted = new ArrayList<>();
    private final List<Candidate> rejected = new ArrayList<>();

    private record Candidate(PolicyKey policy, KeyPattern pattern, Verdict verdict) {

        boolean matches(byte[] key) {
            return PatternMatcher.of(List.of(pattern)).match(key, 0, key.length) == 0;
        }

        String title() {
            return "CachePolicy " + policy + "  " + pattern;
        }
    }

    /**
     * @param verdicts on these policies
     * @param config what the accepted ones give
     */
    Explanation(List<CachePolicy> policies, Map<PolicyKey, Verdict> verdicts, AgentConfig config) {
        this.config = config;
        for (CachePolicy policy : policies) {
            PolicyKey key = PolicyKey.of(policy);
            Verdict verdict = verdicts.get(key);
            if (verdict != null) {
                (verdict instanceof Verdict.Accepted ? accepted : rejected)
                        .add(new Candidate(key, parse(policy.getSpec().keyPattern()), verdict));
            }
        }
    }

    List<String> of(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        List<Candidate> matching = accepted.stream()
                .filter(candidate -> candidate.matches(bytes))
                .sorted(Comparator.comparing(Candidate::pattern))
                .toList();
        List<String> lines = new ArrayList<>();
        List<String> triggers = TriggerLines.of(config, key);
        if (matching.isEmpty()) {
            nothing(key, bytes, triggers.isEmpty(), lines);
        } else {
            Candidate winner = matching.getFirst();
            lines.add(key + " belongs to " + winner.title());
            lines.add(
                    matching.size() == 1
                            ? "  no other accepted policy matches"
                            : "  of " + matching.size() + " policies that match it is the most specific");
            if (winner.verdict instanceof Verdict.Accepted(CachePolicyStatus.Effective effective)) {
                effects(key, winner, effective, lines);
            }
            for (Candidate loser : matching.subList(1, matching.size())) {
                lines.add("also matches: " + loser.title());
                lines.add("  it loses: " + why(winner.pattern, loser.pattern));
            }
        }
        lines.addAll(triggers);
        for (Candidate candidate : rejected) {
            if (candidate.matches(bytes) && candidate.verdict instanceof Verdict.Rejected refusal) {
                lines.add("would match, but is not accepted: " + candidate.title());
                lines.add("  " + refusal.reason() + ": " + refusal.message());
            }
        }
        return lines;
    }

    private void nothing(String key, byte[] bytes, boolean passes, List<String> lines) {
        lines.add(key + " belongs to no policy" + (passes ? ": it passes as if there were none" : ""));
        if (key.startsWith("cachepolicy:")) {
            lines.add("  keys that begin with 'cachepolicy:' are reserved: nothing matches them");
            return;
        }
        for (Candidate candidate : accepted) {
            int follows = candidate.pattern.follows(bytes);
            String rest = new String(bytes, follows, bytes.length - follows, StandardCharsets.UTF_8);
            lines.add("does not match: " + candidate.title());
            lines.add(
                    rest.isEmpty()
                            ? "  the key ends where the pattern wants more"
                            : "  the pattern does not go on with '" + rest + "'"
                                    + (follows == 0
                                            ? ""
                                            : " after '" + new String(bytes, 0, follows, StandardCharsets.UTF_8)
                                                    + "'"));
        }
    }

    private void effects(String key, Candidate winner, CachePolicyStatus.Effective effective, List<String> lines) {
        if (effective.enforcement() == Enforcement.Off) {
            lines.add("  enforcement Off: commands pass as they are, nothing is counted");
            return;
        }
        for (PolicyConfig policy : config.policies()) {
            if (policy.id().equals(winner.policy.toString())) {
                effects(key, policy, effective, lines);
            }
        }
    }

    private void effects(String key, PolicyConfig policy, CachePolicyStatus.Effective effective, List<String> lines) {
        if (effective.enforcement() == Enforcement.DryRun) {
            lines.add("  enforcement DryRun: what follows is counted, and nothing is changed");
        }
        if (policy.workloadSelector() != null) {
            lines.add("  workloadSelector: holds only in the pods that it selects");
        }
        if (policy.ttl().jitterPercent() > 0) {
            lines.add("  jitterPercent: up to " + policy.ttl().jitterPercent()
                    + " % less, at random, than the times below");
        }
        PolicyConfig.Fencing fencing = policy.fencing();
        if (fencing != null) {
            lines.add("  stampede: of the readers that miss it at once one loads, for " + fencing.lockTimeoutMillis()
                    + " ms at most; the others wait " + fencing.maxWaitMillis() + " ms at most, "
                    + fencing.maxBlockMillis() + " ms where a reply stands behind theirs");
            if (fencing.betaPercent() != null) {
                lines.add("  betaPercent: one is chosen to load before it expires, at " + fencing.betaPercent()
                        + " % of the usual time before");
            }
            if (fencing.staleForMillis() != null) {
                lines.add("  staleFor: a string is stored for " + fencing.staleForMillis()
                        + " ms longer, in which one reader loads it and the others get the old value");
            }
        }
        new CommandPreview(config, policy).of(key).forEach(line -> lines.add("  " + line));
        lines.add("  while Redis does not answer: "
                + withoutRedis(policy, effective.enforcement() == Enforcement.DryRun));
    }

    /** As the agent decides it. */
    private static String withoutRedis(PolicyConfig policy, boolean dryRun) {
        Policy inAgent =
                new Policy(policy.namespace(), policy.name(), policy.ttl(), policy.onBackendFailure(), dryRun, null);
        if (inAgent.failsOpen()) {
            return "reads are misses, SET and DEL are answered and the key is removed when Redis is back, other writes are"
                    + " errors (FailOpen)";
        }
        return "an error at once (" + (dryRun ? "DryRun" : "FailClosed") + ")";
    }

    private static String why(KeyPattern winner, KeyPattern loser) {
        if (winner.literalPrefix() != loser.literalPrefix()) {
            return "its literal prefix is shorter (" + Report.count(loser.literalPrefix(), "byte") + " against "
                    + winner.literalPrefix() + ")";
        }
        if (winner.wildcards() != loser.wildcards()) {
            return "as long a literal prefix, but more wildcards (" + loser.wildcards() + " against "
                    + winner.wildcards() + ")";
        }
        return "as long a literal prefix and as many wildcards, but it is looser otherwise"
                + " (** at the end, fewer literal bytes, or * instead of a capture)";
    }

    private static KeyPattern parse(String text) {
        try {
            return KeyPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new IllegalStateException("the validator let it pass", e);
        }
    }
}
