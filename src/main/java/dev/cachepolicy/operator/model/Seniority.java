package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** Who comes first where two policies want the same: the older by creationTimestamp, then the lesser namespace/name. */
final class Seniority {

    private static final Comparator<Aged> ORDER =
            Comparator.comparing(Aged::created).thenComparing(Aged::key);

    private Seniority() {}

    /** Reading a time costs more than all comparisons with it. */
    private record Aged(Instant created, PolicyKey key, CachePolicy policy) {}

    /** {@return policies with the first first} */
    static Stream<CachePolicy> order(Stream<CachePolicy> policies) {
        return policies.map(policy -> new Aged(created(policy), PolicyKey.of(policy), policy))
                .sorted(ORDER)
                .map(Aged::policy);
    }

    /** A policy that was never created (it comes from a file, or is just being admitted) is the newest. */
    private static Instant created(CachePolicy policy) {
        String timestamp = policy.getMetadata().getCreationTimestamp();
        return timestamp == null ? Instant.MAX : Instant.parse(timestamp);
    }
}
