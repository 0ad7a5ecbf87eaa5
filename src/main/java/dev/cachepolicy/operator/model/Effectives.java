package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.CacheStrategy;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.Enforcement;
import dev.cachepolicy.api.v1alpha1.FailureMode;
import dev.cachepolicy.api.v1alpha1.StampedeLimits;
import dev.cachepolicy.api.v1alpha1.TtlMode;
import org.jspecify.annotations.Nullable;

/** The defaults of both kinds, in one place: the schema has none, so that stored objects stay as they were written. */
final class Effectives {

    private Effectives() {}

    /** {@return a policy as it is carried out on a backend} */
    static CachePolicyStatus.Effective of(CachePolicySpec policy, CacheBackendSpec backend) {
        CachePolicySpec.Ttl ttl = policy.ttl();
        return new CachePolicyStatus.Effective(
                or(policy.strategy(), CacheStrategy.CacheAside),
                new CachePolicySpec.Ttl(
                        ttl.value(),
                        or(ttl.mode(), TtlMode.Override),
                        or(ttl.jitterPercent(), 0),
                        or(ttl.refreshOnRead(), false)),
                stampede(policy.stampede()),
                policy.memory() == null ? null : policy.memory().eviction(),
                failureMode(policy, backend),
                weaker(or(policy.enforcement(), Enforcement.Enforce), enforcement(backend)));
    }

    static CachePolicySpec.@Nullable Stampede stampede(CachePolicySpec.@Nullable Stampede stampede) {
        if (stampede == null) {
            return null;
        }
        CachePolicySpec.Probabilistic probabilistic = stampede.probabilistic();
        CachePolicySpec.ServeStale serveStale = stampede.serveStale();
        return switch (stampede.mode()) {
            case Mutex -> new CachePolicySpec.Stampede(stampede.mode(), mutex(stampede.mutex()), null, null);
            case Probabilistic ->
                new CachePolicySpec.Stampede(
                        stampede.mode(),
                        null,
                        new CachePolicySpec.Probabilistic(or(
                                probabilistic == null ? null : probabilistic.betaPercent(),
                                StampedeLimits.DEFAULT_BETA_PERCENT)),
                        null);
            case ServeStale ->
                new CachePolicySpec.Stampede(
                        stampede.mode(),
                        null,
                        null,
                        new CachePolicySpec.ServeStale(or(
                                serveStale == null ? null : serveStale.staleFor(), StampedeLimits.DEFAULT_STALE_FOR)));
        };
    }

    /** {@return how readers wait: in every mode they do on a miss} */
    static CachePolicySpec.Mutex mutex(CachePolicySpec.@Nullable Mutex said) {
        CachePolicySpec.Mutex mutex = or(said, new CachePolicySpec.Mutex(null, null, null));
        String maxWait = or(mutex.maxWait(), StampedeLimits.DEFAULT_MAX_WAIT);
        return new CachePolicySpec.Mutex(
                or(mutex.lockTimeout(), StampedeLimits.DEFAULT_LOCK_TIMEOUT),
                maxWait,
                or(mutex.maxBlock(), shorter(StampedeLimits.DEFAULT_MAX_BLOCK, maxWait)));
    }

    private static String shorter(String one, String other) {
        return Durations.parse(one).compareTo(Durations.parse(other)) <= 0 ? one : other;
    }

    static FailureMode failureMode(CachePolicySpec policy, CacheBackendSpec backend) {
        FailureMode general = backend.agent() == null ? null : backend.agent().onBackendFailure();
        return or(policy.onBackendFailure(), or(general, FailureMode.FailOpen));
    }

    static Enforcement enforcement(CacheBackendSpec backend) {
        return backend.agent() == null
                ? Enforcement.Enforce
                : or(backend.agent().enforcement(), Enforcement.Enforce);
    }

    private static Enforcement weaker(Enforcement one, Enforcement other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    static <T> T or(@Nullable T value, T defaultValue) {
        return value == null ? defaultValue : value;
    }
}
