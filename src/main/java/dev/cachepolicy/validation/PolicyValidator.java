package dev.cachepolicy.validation;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Durations;
import dev.cachepolicy.api.v1alpha1.StampedeLimits;
import dev.cachepolicy.api.v1alpha1.StampedeMode;
import dev.cachepolicy.api.v1alpha1.TtlMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a CachePolicy. It says everything that the schema says, so that an object which never passed the API server
 * (a file in a pipeline) is caught in the same words, and what the schema cannot see.
 */
public final class PolicyValidator {

    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    private PolicyValidator() {}

    /** {@return what is wrong with a policy alone; empty: nothing} */
    public static List<Problem> validate(CachePolicy policy) {
        Checks checks = new Checks();
        checks.name(
                "metadata.name",
                policy.getMetadata() == null ? null : policy.getMetadata().getName(),
                NAME,
                "write lower-case letters, digits, '-' and '.', for example user-profiles");
        CachePolicySpec spec = policy.getSpec();
        if (spec == null) {
            checks.add("spec", "spec is missing: write backendRef, keyPattern and ttl");
            return checks.problems();
        }
        checkBackendRef(spec.backendRef(), checks);
        checks.keyPattern("spec.keyPattern", spec.keyPattern());
        checkTtl(spec.ttl(), checks);
        checkStampede(spec.stampede(), checks);
        if (spec.stampede() != null
                && spec.stampede().mode() != StampedeMode.Mutex
                && spec.ttl() != null
                && Boolean.TRUE.equals(spec.ttl().refreshOnRead())) {
            checks.add("spec", StampedeLimits.SLIDING_MESSAGE);
        }
        TriggerRules.check(spec, checks);
        checkMemory(spec.memory(), checks);
        new LabelSelectors("spec.workloadSelector", checks).check(spec.workloadSelector());
        return checks.problems();
    }

    /**
     * {@return what a backend has against a policy; empty: nothing} To judge many policies of one backend, keep its
     * {@link BackendRules}.
     *
     * @param policy one that {@link #validate} finds nothing wrong with
     * @param backend one that {@link BackendValidator#validate} finds nothing wrong with
     */
    public static List<Problem> validateAgainst(CachePolicy policy, CacheBackend backend) {
        return BackendRules.of(backend).validate(policy);
    }

    private static void checkBackendRef(CachePolicySpec.@Nullable BackendRef ref, Checks checks) {
        if (ref == null) {
            checks.add(
                    "spec.backendRef",
                    "backendRef is missing: write the name of a CacheBackend in the same namespace,"
                            + " for example backendRef: {name: shop-redis}");
            return;
        }
        checks.name(
                "spec.backendRef.name",
                ref.name(),
                BackendValidator.NAME,
                "write the name of a CacheBackend in the same namespace, at most 52 characters");
    }

    private static void checkTtl(CachePolicySpec.@Nullable Ttl ttl, Checks checks) {
        if (ttl == null) {
            checks.add("spec.ttl", "ttl is missing: write when keys expire, for example ttl: {value: 10m}");
            return;
        }
        if (ttl.value() == null) {
            checks.add("spec.ttl.value", "a time to live is missing: write a duration, for example 10m");
        }
        checks.duration("spec.ttl.value", ttl.value());
        checks.between("spec.ttl.jitterPercent", ttl.jitterPercent(), 0, 50);
        if (Boolean.TRUE.equals(ttl.refreshOnRead()) && ttl.mode() != null && ttl.mode() != TtlMode.Override) {
            checks.add(
                    "spec.ttl",
                    "refreshOnRead sets the policy's TTL again on every read,"
                            + " so it needs mode Override (or no mode)");
        }
    }

    private static void checkStampede(CachePolicySpec.@Nullable Stampede stampede, Checks checks) {
        if (stampede == null) {
            return;
        }
        if (stampede.mode() == null) {
            checks.add(
                    "spec.stampede.mode",
                    "a mode is missing: write mode: Mutex, mode: Probabilistic or mode: ServeStale");
        }
        if (stampede.mutex() != null && stampede.mode() != StampedeMode.Mutex) {
            checks.add("spec.stampede", StampedeLimits.MUTEX_MESSAGE);
        }
        if (stampede.probabilistic() != null) {
            if (stampede.mode() != StampedeMode.Probabilistic) {
                checks.add("spec.stampede", StampedeLimits.PROBABILISTIC_MESSAGE);
            }
            checks.between(
                    "spec.stampede.probabilistic.betaPercent",
                    stampede.probabilistic().betaPercent(),
                    StampedeLimits.MIN_BETA_PERCENT,
                    StampedeLimits.MAX_BETA_PERCENT);
        }
        checkServeStale(stampede, checks);
        CachePolicySpec.Mutex mutex = stampede.mutex();
        if (mutex == null) {
            return;
        }
        Optional<Duration> lockTimeout = checks.duration("spec.stampede.mutex.lockTimeout", mutex.lockTimeout());
        Optional<Duration> maxWait = checks.duration("spec.stampede.mutex.maxWait", mutex.maxWait());
        Optional<Duration> maxBlock = checks.duration("spec.stampede.mutex.maxBlock", mutex.maxBlock());
        if (lockTimeout.isPresent() && !StampedeLimits.isLockTimeout(lockTimeout.get())) {
            checks.add("spec.stampede.mutex", StampedeLimits.LOCK_TIMEOUT_MESSAGE);
        }
        if (maxWait.isPresent() && !StampedeLimits.isMaxWait(maxWait.get())) {
            checks.add("spec.stampede.mutex", StampedeLimits.MAX_WAIT_MESSAGE);
        }
        Duration longest = maxWait.orElse(Durations.parse(StampedeLimits.DEFAULT_MAX_WAIT));
        if (maxBlock.isPresent() && maxBlock.get().compareTo(longest) > 0) {
            checks.add("spec.stampede.mutex", StampedeLimits.MAX_BLOCK_MESSAGE);
        }
    }

    private static void checkServeStale(CachePolicySpec.Stampede stampede, Checks checks) {
        CachePolicySpec.ServeStale serveStale = stampede.serveStale();
        if (serveStale == null) {
            return;
        }
        if (stampede.mode() != StampedeMode.ServeStale) {
            checks.add("spec.stampede", StampedeLimits.SERVE_STALE_MESSAGE);
        }
        Optional<Duration> staleFor = checks.duration("spec.stampede.serveStale.staleFor", serveStale.staleFor());
        if (staleFor.isPresent() && !StampedeLimits.isStaleFor(staleFor.get())) {
            checks.add("spec.stampede.serveStale", StampedeLimits.STALE_FOR_MESSAGE);
        }
    }

    private static void checkMemory(CachePolicySpec.@Nullable Memory memory, Checks checks) {
        if (memory == null) {
            return;
        }
        if (memory.budget() == null && memory.eviction() == null) {
            checks.add("spec.memory", "memory needs budget or eviction; leave memory out to ask for nothing");
        }
        checks.memory("spec.memory.budget", memory.budget());
    }
}
