package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Policies with the same pattern on one backend, of which {@link Seniority} lets one have it. */
public final class PatternConflict {

    private PatternConflict() {}

    /**
     * {@return what will keep a policy from its pattern; empty: nothing}
     *
     * @param others the other policies with its pattern on its backend, with their statuses
     */
    public static Optional<Problem> of(CachePolicy policy, List<CachePolicy> others) {
        return Seniority.order(
                        Stream.concat(Stream.of(policy), others.stream().filter(PatternConflict::takesItsPattern)))
                .findFirst()
                .filter(first -> !first.getMetadata()
                        .getName()
                        .equals(policy.getMetadata().getName()))
                .map(first -> lostTo(first, policy));
    }

    /** One that is rejected stands in nobody's way, and one that is being deleted soon will not. */
    private static boolean takesItsPattern(CachePolicy policy) {
        return !policy.isMarkedForDeletion()
                && (policy.getStatus() == null
                        || policy.getStatus().conditions() == null
                        || policy.getStatus().conditions().stream()
                                .noneMatch(condition -> condition.getType().equals("Accepted")
                                        && condition.getStatus().equals("False")));
    }

    /** {@return what keeps a policy from its pattern} */
    public static Problem lostTo(CachePolicy winner, CachePolicy loser) {
        return new Problem(
                "spec.keyPattern",
                Reasons.CONFLICTED,
                "CachePolicy " + winner.getMetadata().getNamespace() + "/"
                        + winner.getMetadata().getName() + " has the same pattern as '"
                        + loser.getSpec().keyPattern()
                        + "' and comes first (the older one, then the lesser name):"
                        + " write another pattern, or delete one of the two");
    }
}
