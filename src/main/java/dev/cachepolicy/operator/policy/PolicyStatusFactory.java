package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.AgentCounts;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Stampede;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Effective;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Observed;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.Enforcement;
import dev.cachepolicy.api.v1alpha1.Names;
import dev.cachepolicy.api.v1alpha1.StampedeLimits;
import dev.cachepolicy.config.PolicyConfig;
import dev.cachepolicy.operator.backend.AgentTally;
import dev.cachepolicy.operator.backend.PolicyOutcome;
import dev.cachepolicy.operator.backend.PolicyOutcome.Programming;
import dev.cachepolicy.operator.model.Verdict;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.operator.status.Conditions.Finding;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a CachePolicy's status of what became of it. The same outcome gives the same status. */
final class PolicyStatusFactory {

    static final String RESOLVED_REFS = "ResolvedRefs";
    static final String PROGRAMMED = PolicyOutcome.PROGRAMMED;
    static final String AGENTS_SYNCED = "AgentsSynced";

    private static final String BACKEND_NOT_FOUND = "BackendNotFound";

    private final InstantSource clock;

    PolicyStatusFactory(InstantSource clock) {
        this.clock = clock;
    }

    /** {@return the status of a policy whose backend reconciled it} */
    CachePolicyStatus status(CachePolicy policy, PolicyOutcome outcome) {
        CachePolicyStatus before = policy.getStatus();
        Finding accepted = switch (outcome.verdict()) {
            case Verdict.Accepted _ -> Finding.yes(Conditions.ACCEPTED, "the spec is valid on its backend");
            case Verdict.Rejected(String reason, String message) -> Finding.no(reason, message);
        };
        Finding resolved = Finding.yes(RESOLVED_REFS, "the backend exists");
        return new CachePolicyStatus(
                policy.getMetadata().getGeneration(),
                conditions(policy, accepted, resolved, programmed(policy, outcome), synced(before, outcome)),
                effective(outcome),
                agents(before, outcome),
                observed(before, outcome));
    }

    /** {@return the status of a policy whose backend does not exist} */
    CachePolicyStatus backendNotFound(CachePolicy policy) {
        CachePolicyStatus before = policy.getStatus();
        String backend = policy.getSpec().backendRef().name();
        String message = "there is no CacheBackend " + backend + " in namespace "
                + policy.getMetadata().getNamespace() + ": create it, or name another in spec.backendRef.name";
        return new CachePolicyStatus(
                policy.getMetadata().getGeneration(),
                conditions(
                        policy,
                        Finding.unknown(BACKEND_NOT_FOUND, "only beside its backend can a policy be judged"),
                        Finding.no(BACKEND_NOT_FOUND, message),
                        Finding.no(BACKEND_NOT_FOUND, "agents keep the configuration that they have, if any"),
                        Finding.unknown(BACKEND_NOT_FOUND, "there is nothing to follow")),
                null,
                null,
                before == null ? null : before.observed());
    }

    private List<Condition> conditions(
            CachePolicy policy, Finding accepted, Finding resolved, Finding programmed, Finding synced) {
        CachePolicyStatus before = policy.getStatus();
        Conditions conditions = new Conditions(
                policy.getMetadata().getGeneration(), before == null ? null : before.conditions(), clock.instant());
        // A policy without its backend is not judged, so what does not resolve weighs more.
        return conditions
                .set(Conditions.ACCEPTED, accepted)
                .set(RESOLVED_REFS, resolved)
                .set(PROGRAMMED, programmed)
                .set(AGENTS_SYNCED, synced)
                .summarize(
                        Conditions.READY,
                        Finding.yes(Conditions.READY, "agents can have this policy"),
                        List.of(RESOLVED_REFS, Conditions.ACCEPTED, PROGRAMMED))
                .set(
                        Conditions.STALLED,
                        accepted.status() == Conditions.Status.False
                                ? Finding.yes(accepted.reason(), "only a change of a spec helps: " + accepted.message())
                                : Finding.no("Progressing", ""))
                .toList();
    }

    private static Finding programmed(CachePolicy policy, PolicyOutcome outcome) {
        return switch (outcome.programming()) {
            case Programming.Published(long revision) ->
                Finding.yes(
                        PROGRAMMED,
                        "in ConfigMap "
                                + Names.configMap(policy.getSpec().backendRef().name()) + " since revision "
                                + revision + promise(policy, outcome));
            case Programming.Withheld(String reason, String message) -> Finding.no(reason, message);
        };
    }

    /** Until then some agent may store what was loaded, or invalidated, before it knew of the policy. */
    private static String promise(CachePolicy policy, PolicyOutcome outcome) {
        Effective effective = effective(outcome);
        if (effective == null || effective.enforcement() != Enforcement.Enforce) {
            return "";
        }
        Stampede stampede = effective.stampede();
        if (stampede == null && policy.getSpec().triggers().isEmpty()) {
            return "";
        }
        String lockTimeout = stampede == null || stampede.mutex() == null
                ? null
                : stampede.mutex().lockTimeout();
        Duration fenceTime = PolicyConfig.Fencing.fenceTime(
                Durations.parse(lockTimeout == null ? StampedeLimits.DEFAULT_LOCK_TIMEOUT : lockTimeout));
        return "; that nothing stale is stored holds from " + fenceTime.toSeconds()
                + "s after all agents acknowledged it";
    }

    private static Finding synced(@Nullable CachePolicyStatus before, PolicyOutcome outcome) {
        if (outcome.programming() instanceof Programming.Withheld(String reason, String _)) {
            return Finding.unknown(reason, "there is nothing to follow");
        }
        AgentTally tally = outcome.agents();
        if (tally == null) {
            Optional<Condition> standing = Conditions.find(before == null ? null : before.conditions(), AGENTS_SYNCED);
            return standing.map(Finding::of)
                    .orElseGet(
                            () -> Finding.unknown("NotHeard", "heartbeats were not read yet: Redis has not answered"));
        }
        if (tally.total() == 0) {
            return Finding.unknown("NoAgents", "no running pod has the backend's agent and is selected");
        }
        String of = " of " + tally.total() + (tally.total() == 1 ? " agent" : " agents");
        if (tally.outdated() > 0) {
            return Finding.no(
                    "AgentTooOld",
                    tally.outdated() + of + " too old for this configuration; they keep the one before:"
                            + " restart their pods for the present agent and its Secrets");
        }
        if (tally.bare() > 0) {
            return Finding.no(
                    "AgentMissing",
                    tally.bare() + of + " missing: pods that ask for one were created while the webhook did not answer;"
                            + " create them anew");
        }
        return tally.synced() < tally.total()
                ? Finding.no("AgentsBehind", tally.behind() + of + " have not acknowledged this policy")
                : Finding.yes(AGENTS_SYNCED, "all agents acknowledged this policy");
    }

    private static @Nullable Effective effective(PolicyOutcome outcome) {
        return outcome.verdict() instanceof Verdict.Accepted(Effective effective) ? effective : null;
    }

    private static @Nullable AgentCounts agents(@Nullable CachePolicyStatus before, PolicyOutcome outcome) {
        if (outcome.programming() instanceof Programming.Withheld) {
            return null;
        }
        AgentTally tally = outcome.agents();
        return tally == null
                ? before == null ? null : before.agents()
                : AgentCounts.of(tally.synced(), tally.total(), tally.outdated() == 0 ? null : tally.outdated());
    }

    private static @Nullable Observed observed(@Nullable CachePolicyStatus before, PolicyOutcome outcome) {
        return outcome.observed() == null
                ? before == null ? null : before.observed()
                : new Observed(outcome.observed().percent(), outcome.observed().window());
    }
}
