package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** Who comes first where two policies want the same: the older by creationTimestamp, then the lesser namespace/name. */
public final class Seniority {

    private static final Comparator<Aged> ORDER = Comparator.comparing(Aged::created)
            .thenComparing(aged -> aged.policy().getMetadata().getNamespace())
            .thenComparing(aged -> aged.policy().getMetadata().getName());

    private Seniority() {}

    /** Reading a time costs more than all comparisons with it. */
    private record Aged(Instant created, CachePolicy policy) {}

    /** {@return policies, which have a namespace and a name, with the first first} */
    public static Stream<CachePolicy> order(Stream<CachePolicy> policies) {
        return policies.map(policy -> new Aged(created(policy), policy))
                .sorted(ORDER)
                .map(Aged::policy);
    }

    /** A policy that was never created (it comes from a file) is the newest. */
    private static Instant created(CachePolicy policy) {
        String timestamp = policy.getMetadata().getCreationTimestamp();
        return timestamp == null ? Instant.MAX : Instant.parse(timestamp);
    }
}
