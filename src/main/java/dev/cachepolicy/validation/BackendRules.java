package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.Eviction;
import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.pattern.InvalidPatternException;
import dev.cachepolicy.pattern.KeyPattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a CacheBackend demands of each policy on it, read once for many policies. */
public final class BackendRules {

    private final String backend;
    private final CacheBackendSpec.@Nullable Limits limits;
    private final List<KeyPattern> keyspace;
    private final @Nullable EvictionPolicy evictionPolicy;

    private BackendRules(
            String backend,
            CacheBackendSpec.@Nullable Limits limits,
            List<KeyPattern> keyspace,
            @Nullable EvictionPolicy evictionPolicy) {
        this.backend = backend;
        this.limits = limits;
        this.keyspace = keyspace;
        this.evictionPolicy = evictionPolicy;
    }

    /**
     * {@return the rules of a backend}
     *
     * @param backend one that {@link BackendValidator#validate} finds nothing wrong with
     */
    public static BackendRules of(CacheBackend backend) {
        CacheBackendSpec spec = backend.getSpec();
        List<String> keyspace = spec.keyspace() == null ? List.of() : spec.keyspace();
        return new BackendRules(
                backend.getMetadata().getName(),
                spec.limits(),
                keyspace.stream().map(BackendRules::parse).toList(),
                spec.memory() == null ? null : spec.memory().evictionPolicy());
    }

    /**
     * {@return what the backend has against a policy; empty: nothing}
     *
     * @param policy one that {@link PolicyValidator#validate} finds nothing wrong with
     */
    public List<Problem> validate(CachePolicy policy) {
        Checks checks = new Checks();
        CachePolicySpec spec = policy.getSpec();
        checkKeyspace(spec.keyPattern(), checks);
        String inside = "CacheBackend " + backend + ": write one inside " + String.join(", ", texts());
        checks.addAll(TriggerRules.outside(spec, keyspace, inside));
        checkTtl(spec.ttl().value(), checks);
        checkEviction(spec.memory(), checks);
        return checks.problems();
    }

    private void checkKeyspace(String text, Checks checks) {
        KeyPattern pattern = parse(text);
        if (!keyspace.isEmpty() && keyspace.stream().noneMatch(pattern::isWithin)) {
            checks.add(
                    "spec.keyPattern",
                    Reasons.OUTSIDE_KEYSPACE,
                    "'" + text + "' matches keys outside the keyspace of CacheBackend " + backend
                            + ": write a pattern inside one of " + String.join(", ", texts()));
        }
    }

    private List<String> texts() {
        return keyspace.stream().map(KeyPattern::toString).toList();
    }

    private void checkTtl(String text, Checks checks) {
        if (limits == null) {
            return;
        }
        Duration ttl = Durations.parse(text);
        if (limits.minTTL() != null && ttl.compareTo(Durations.parse(limits.minTTL())) < 0) {
            checks.add(
                    "spec.ttl.value",
                    Reasons.TTL_OUT_OF_RANGE,
                    text + " is below the minTTL of CacheBackend " + backend + ": write at least " + limits.minTTL());
        }
        if (limits.maxTTL() != null && ttl.compareTo(Durations.parse(limits.maxTTL())) > 0) {
            checks.add(
                    "spec.ttl.value",
                    Reasons.TTL_OUT_OF_RANGE,
                    text + " is above the maxTTL of CacheBackend " + backend + ": write at most " + limits.maxTTL());
        }
    }

    private void checkEviction(CachePolicySpec.@Nullable Memory memory, Checks checks) {
        if (memory != null
                && memory.eviction() == Eviction.None
                && evictionPolicy != null
                && evictionPolicy != EvictionPolicy.NOEVICTION) {
            checks.add(
                    "spec.memory.eviction",
                    Reasons.INCOMPATIBLE_EVICTION,
                    "None needs maxmemory-policy noeviction, but CacheBackend "
                            + backend + " fixes " + evictionPolicy.redisName()
                            + ": write LRU, LFU or Random, or have spec.memory.evictionPolicy of the backend set to noeviction");
        }
    }

    private static KeyPattern parse(String text) {
        try {
            return KeyPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("validate comes first: " + text, e);
        }
    }
}
