package dev.cachepolicy.config;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One policy as agents carry it out, every default filled in.
 *
 * @param revision the file's revision at which this policy last changed
 * @param keyPattern as {@link dev.cachepolicy.pattern.KeyPattern#parse} reads it
 * @param workloadSelector pods in which the policy holds; absent: all
 * @param fencing how its keys are fenced; absent: they are not. A file that has it requires {@link Features#FENCING}
 * @param triggers writes that make keys stale; absent: none. A file that has some requires {@link Features#TRIGGERS}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PolicyConfig(
        String namespace,
        String name,
        long revision,
        String keyPattern,
        Ttl ttl,
        FailureMode onBackendFailure,
        Enforcement enforcement,
        @Nullable Selector workloadSelector,
        @Nullable Fencing fencing,
        @Nullable List<Trigger> triggers) {

    public PolicyConfig {
        triggers = triggers == null ? null : List.copyOf(triggers);
    }

    /** Without triggers. */
    public PolicyConfig(
            String namespace,
            String name,
            long revision,
            String keyPattern,
            Ttl ttl,
            FailureMode onBackendFailure,
            Enforcement enforcement,
            @Nullable Selector workloadSelector,
            @Nullable Fencing fencing) {
        this(
                namespace,
                name,
                revision,
                keyPattern,
                ttl,
                onBackendFailure,
                enforcement,
                workloadSelector,
                fencing,
                null);
    }

    /** Without fences. */
    public PolicyConfig(
            String namespace,
            String name,
            long revision,
            String keyPattern,
            Ttl ttl,
            FailureMode onBackendFailure,
            Enforcement enforcement,
            @Nullable Selector workloadSelector) {
        this(namespace, name, revision, keyPattern, ttl, onBackendFailure, enforcement, workloadSelector, null);
    }

    /** {@return the policy's name as heartbeats and messages write it: {@code namespace/name}} */
    @JsonIgnore
    public String id() {
        return namespace + "/" + name;
    }

    /** {@return the same policy with another revision} */
    public PolicyConfig withRevision(long newRevision) {
        return new PolicyConfig(
                namespace,
                name,
                newRevision,
                keyPattern,
                ttl,
                onBackendFailure,
                enforcement,
                workloadSelector,
                fencing,
                triggers);
    }

    /**
     * The expiry of keys.
     *
     * @param millis the policy's TTL in milliseconds, above zero
     * @param jitterPercent up to this share is subtracted at random, 0 to 50
     * @param refreshOnRead a read sets the TTL again
     */
    public record Ttl(long millis, TtlMode mode, int jitterPercent, boolean refreshOnRead) {}

    /**
     * Lease and fence: of many readers that miss a key one loads it, and no value is stored whose load began before an
     * invalidation.
     *
     * @param lockTimeoutMillis how long a load is taken to be under way, above zero
     * @param maxWaitMillis how long another reader waits for it at most; 0: never
     * @param maxBlockMillis how long at most once a reply of its connection stands behind it
     * @param betaPercent readers load before a value expires, more likely the nearer that is, by this share of the load's
     *     time; absent: none does. An agent that ignores it only meets the expiry
     * @param staleForMillis values are stored for longer by this, and served then while one reader loads; absent: they are not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Fencing(
            long lockTimeoutMillis,
            long maxWaitMillis,
            long maxBlockMillis,
            @Nullable Integer betaPercent,
            @Nullable Long staleForMillis) {

        private static final Duration SHORTEST_FENCE_TIME = Duration.ofSeconds(20);
        private static final int LOCK_TIMEOUTS = 4;

        /** {@return how long a load may take, and what is known of it is kept} A value loaded for longer is not stored. */
        public static Duration fenceTime(Duration lockTimeout) {
            Duration several = lockTimeout.multipliedBy(LOCK_TIMEOUTS);
            return several.compareTo(SHORTEST_FENCE_TIME) > 0 ? several : SHORTEST_FENCE_TIME;
        }

        /** Without early loads and stale values. */
        public Fencing(long lockTimeoutMillis, long maxWaitMillis, long maxBlockMillis) {
            this(lockTimeoutMillis, maxWaitMillis, maxBlockMillis, null, null);
        }
    }

    /**
     * Keys that are stale when another was written.
     *
     * @param onWrite which keys, as {@link dev.cachepolicy.pattern.KeyPattern#parse} reads it
     * @param invalidate what is stale then, as {@link dev.cachepolicy.pattern.KeyTemplate#parse} reads it
     */
    public record Trigger(String name, String onWrite, List<String> invalidate) {

        public Trigger {
            invalidate = List.copyOf(invalidate);
        }
    }

    /** A Kubernetes label selector. */
    public record Selector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {

        public Selector {
            matchLabels = Map.copyOf(matchLabels);
            matchExpressions = List.copyOf(matchExpressions);
        }

        /** {@return whether a pod with these labels is selected} */
        public boolean matches(Map<String, String> labels) {
            return matchLabels.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
                    && matchExpressions.stream().allMatch(r -> r.matches(labels));
        }
    }

    /** One expression of a selector, as Kubernetes defines it. */
    public record Requirement(String key, Operator operator, List<String> values) {

        /** The operators of Kubernetes' LabelSelectorRequirement. */
        public enum Operator {
            In,
            NotIn,
            Exists,
            DoesNotExist
        }

        public Requirement {
            values = List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }
}
