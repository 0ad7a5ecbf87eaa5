package dev.cachepolicy.demo;

import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Durations;

/** The TTLs, in seconds, that a key just written under a policy may have. */
public record TtlRange(long least, long most) {

    public static TtlRange of(CachePolicySpec.Ttl ttl) {
        long most = Durations.parse(ttl.value()).toSeconds();
        int jitter = ttl.jitterPercent() == null ? 0 : ttl.jitterPercent();
        // Redis rounds to the nearest second, and one may have passed since the write.
        return new TtlRange(most * (100 - jitter) / 100 - 1, most);
    }

    public boolean contains(long seconds) {
        return least <= seconds && seconds <= most;
    }

    @Override
    public String toString() {
        return least + ".." + most + " s";
    }
}
