package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.time.Instant;
import java.util.Comparator;

/** Who comes first where two policies want the same: the older by creationTimestamp, then the lesser namespace/name. */
final class Seniority {

    static final Comparator<CachePolicy> ORDER =
            Comparator.comparing(Seniority::created).thenComparing(PolicyKey::of);

    private Seniority() {}

    /** A policy that was never created (it comes from a file, or is just being admitted) is the newest. */
    private static Instant created(CachePolicy policy) {
        String timestamp = policy.getMetadata().getCreationTimestamp();
        return timestamp == null ? Instant.MAX : Instant.parse(timestamp);
    }
}
