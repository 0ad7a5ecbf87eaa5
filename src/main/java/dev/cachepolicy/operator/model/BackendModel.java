package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.config.AgentConfig;
import dev.cachepolicy.config.AgentConfigYaml;
import dev.cachepolicy.config.Features;
import dev.cachepolicy.validation.BackendValidator;
import dev.cachepolicy.validation.Problem;
import dev.cachepolicy.validation.Reasons;
import dev.cachepolicy.validation.Seniority;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a backend and its policies come to. The operator and {@code cachepolicy render} call the same function, and the
 * same input always gives the same model: reconcilers only observe, call it and apply.
 *
 * <p>Its rules, in the order in which they act: a backend that is wrong itself changes nothing, agents keep what they
 * have. Policies are judged one after the other from the oldest to the newest ({@link PolicyJudge}), so what an older one
 * has, its pattern and its memory, a newer one cannot take. Redis's settings come from the accepted ones
 * ({@link SettingsRules}). The configuration gets a new revision only when its content differs from the published one
 * ({@link Revisions}). Time and memory are linear in the number of policies, but for sorting them.
 *
 * @param problems of the backend; non-empty: it is not accepted
 * @param agentConfig what agents should have; null: nothing can be published
 * @param newText of the agentConfig if it differs from the published one and is not too large
 * @param settings what Redis should be set to
 * @param verdicts of every policy that is not being deleted
 * @param configProblem why the agents keep the configuration published before although the policies are accepted
 */
public record BackendModel(
        List<Problem> problems,
        @Nullable AgentConfig agentConfig,
        @Nullable String newText,
        RedisSettings settings,
        SortedMap<PolicyKey, Verdict> verdicts,
        @Nullable Problem configProblem) {

    /** What etcd's users may put into a ConfigMap. */
    static final int MAX_CONFIG_BYTES = 1 << 20;

    /** {@return whether agents keep leases in Redis} */
    public boolean fences() {
        return agentConfig != null && agentConfig.requires().contains(Features.FENCING);
    }

    /** {@return the model of a backend} */
    public static BackendModel of(ModelInput input) {
        List<Problem> problems = BackendValidator.validate(input.backend());
        List<CachePolicy> policies = Seniority.order(input.policies().stream()
                        .filter(policy -> policy.getMetadata().getDeletionTimestamp() == null))
                .toList();
        return problems.isEmpty() ? accepted(input, policies) : notAccepted(input, policies, problems);
    }

    private static BackendModel accepted(ModelInput input, List<CachePolicy> policies) {
        CacheBackend backend = input.backend();
        PolicyJudge judge = new PolicyJudge(backend);
        policies.forEach(judge::judge);
        RedisSettings settings = new SettingsRules(backend.getSpec().memory()).settings(judge.accepted());
        AgentConfig config =
                Revisions.assign(AgentConfigs.of(backend, judge.accepted()), input.published(), input.now());
        if (config.equals(input.published())) {
            return new BackendModel(List.of(), config, null, settings, judge.verdicts(), null);
        }
        String text = AgentConfigYaml.write(config);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= MAX_CONFIG_BYTES) {
            return new BackendModel(List.of(), config, text, settings, judge.verdicts(), null);
        }
        AgentConfig kept = input.published() != null
                ? input.published()
                : Revisions.assign(AgentConfigs.of(backend, List.of()), null, input.now());
        return new BackendModel(
                List.of(),
                kept,
                null,
                settings,
                judge.verdicts(),
                tooLarge(bytes, config.policies().size()));
    }

    private static Problem tooLarge(int bytes, int policies) {
        return new Problem(
                "spec",
                Reasons.CONFIG_TOO_LARGE,
                "the agents' configuration of " + policies + " policies has " + bytes + " bytes, and a ConfigMap holds "
                        + MAX_CONFIG_BYTES + ": agents keep the configuration published before;"
                        + " join policies by wider patterns, or spread them over several CacheBackends");
    }

    private static BackendModel notAccepted(ModelInput input, List<CachePolicy> policies, List<Problem> problems) {
        SortedMap<PolicyKey, Verdict> verdicts = new TreeMap<>();
        String name = String.valueOf(input.backend().getMetadata().getName());
        for (CachePolicy policy : policies) {
            verdicts.put(
                    PolicyKey.of(policy),
                    new Verdict.Rejected(
                            Reasons.BACKEND_NOT_ACCEPTED,
                            "CacheBackend " + name + " is not accepted ("
                                    + problems.getFirst().field() + ": "
                                    + problems.getFirst().message()
                                    + "): agents keep the configuration published before"));
        }
        RedisSettings none = new RedisSettings(null, null, "left alone: the backend is not accepted");
        return new BackendModel(problems, input.published(), null, none, verdicts, null);
    }

    public BackendModel {
        problems = List.copyOf(problems);
        verdicts = Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
    }

    /** {@return how many policies are accepted} */
    public int acceptedPolicies() {
        return (int) verdicts.values().stream()
                .filter(Verdict.Accepted.class::isInstance)
                .count();
    }
}
