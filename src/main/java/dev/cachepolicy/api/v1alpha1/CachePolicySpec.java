package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an application team says of some of its keys. Absent fields have the defaults named here; {@code status.effective} shows them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SchemaCustomizer(value = SchemaForms.class, input = "workloadSelector=atomic")
@ValidationRule(
        value =
                "!has(self.stampede) || self.stampede.mode == 'Mutex' || !has(self.ttl.refreshOnRead) || !self.ttl.refreshOnRead",
        message = StampedeLimits.SLIDING_MESSAGE)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CachePolicySpec(
        @Required @JsonPropertyDescription("The CacheBackend that holds the keys.")
        BackendRef backendRef,

        @Required
        @Size(min = 1, max = 256)
        @ValidationRule(
                value = "!self.startsWith('cachepolicy:')",
                message =
                        "keys that begin with 'cachepolicy:' are reserved: write a pattern for your own keys, for example user:{id}")
        @JsonPropertyDescription(
                "Which keys: literals, {name} (one or more bytes other than ':'), * (any run without ':'), ** (any run, at the end only).")
        String keyPattern,

        @JsonPropertyDescription("How cache and source are kept together. Default: CacheAside.") @Nullable
        CacheStrategy strategy,

        @Required @JsonPropertyDescription("When keys expire.")
        Ttl ttl,

        @JsonPropertyDescription(
                "What readers do when many miss the same key at once. Fences the keys: a value whose load began before an invalidation is not stored. For string keys that can be loaded again; not for keys whose only copy is in Redis. Absent: nothing.")
        @Nullable
        Stampede stampede,

        @JsonPropertyDescription("What these keys may take of Redis's memory.") @Nullable
        Memory memory,

        @JsonPropertyDescription("What makes keys stale, beside commands on the keys themselves.") @Nullable
        Invalidation invalidation,

        @JsonPropertyDescription(
                "FailOpen: reads are misses while Redis does not answer. FailClosed: errors at once. Default: what the backend says.")
        @Nullable
        FailureMode onBackendFailure,

        @JsonPropertyDescription("The pods in which this policy holds. Absent: every pod with the backend's agent.")
        @Nullable
        LabelSelector workloadSelector,

        @JsonPropertyDescription("Enforce, DryRun (count, change nothing) or Off. Default: Enforce.") @Nullable
        Enforcement enforcement) {

    /** {@return what makes keys stale, beside commands on the keys themselves} */
    public List<Trigger> triggers() {
        return invalidation == null || invalidation.triggers() == null ? List.of() : invalidation.triggers();
    }

    /** {@return whether no value is stored for its keys whose load began before an invalidation} */
    public boolean fencesKeys() {
        return stampede != null || !triggers().isEmpty();
    }

    /** A CacheBackend in the same namespace. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record BackendRef(
            @Required @Size(min = 1, max = 52) @JsonPropertyDescription("Name of a CacheBackend in the same namespace.")
            String name) {}

    /** The expiry of the keys. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.refreshOnRead) || !self.refreshOnRead || !has(self.mode) || self.mode == 'Override'",
            message = "refreshOnRead sets the policy's TTL again on every read, so it needs mode Override (or no mode)")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Ttl(
            @Required
            @Size(min = 1, max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription("Time to live of a key, for example 10m or 1h30m.")
            String value,

            @JsonPropertyDescription(
                    "Override: the policy's TTL on every write. Ceiling: a longer one is lowered, a missing one added. IfUnset: a missing one is added. Default: Override.")
            @Nullable
            TtlMode mode,

            @Min(0)
            @Max(50)
            @JsonPropertyDescription(
                    "Up to this share of the TTL is subtracted at random, so that keys do not expire together. Default: 0.")
            @Nullable
            Integer jitterPercent,

            @JsonPropertyDescription("true: a read sets the TTL again, as sessions want. Default: false.") @Nullable
            Boolean refreshOnRead) {}

    /** What makes keys stale. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SchemaCustomizer(value = SchemaForms.class, input = "triggers=map:name")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Invalidation(
            @Size(min = 1, max = TriggerLimits.MOST)
            @JsonPropertyDescription(
                    "Each: a name, a source, and the keys that are invalidated. Fences this policy's keys, as stampede does.")
            @Nullable
            List<Trigger> triggers) {}

    /** Keys that are stale when something happens. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @SchemaCustomizer(value = SchemaForms.class, input = "invalidate=atomic/256")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Trigger(
            @Required
            @Size(min = 1, max = TriggerLimits.LONGEST_NAME)
            @ValidationRule(value = TriggerLimits.NAME_RULE, message = TriggerLimits.NAME_MESSAGE)
            @JsonPropertyDescription("Names it in metrics and messages.")
            String name,

            @Required @JsonPropertyDescription("A command that writes or removes a key.")
            OnWrite onWrite,

            @Required
            @Size(min = 1, max = TriggerLimits.MOST_KEYS)
            @JsonPropertyDescription(
                    "Keys that are removed then: literals, and {name} for what the trigger's pattern has captured. No * yet.")
            List<String> invalidate) {}

    /** A write through an agent. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record OnWrite(
            @Required
            @Size(min = 1, max = 256)
            @ValidationRule(
                    value = "!self.startsWith('cachepolicy:')",
                    message =
                            "keys that begin with 'cachepolicy:' are reserved: write a pattern for your own keys, for example user:{id}")
            @JsonPropertyDescription("Which keys, as in spec.keyPattern; they need no policy of their own.")
            String keyPattern) {}

    /** What readers do when many miss the same key at once: a mode, and settings under its name. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(value = "!has(self.mutex) || self.mode == 'Mutex'", message = StampedeLimits.MUTEX_MESSAGE)
    @ValidationRule(
            value = "!has(self.probabilistic) || self.mode == 'Probabilistic'",
            message = StampedeLimits.PROBABILISTIC_MESSAGE)
    @ValidationRule(
            value = "!has(self.serveStale) || self.mode == 'ServeStale'",
            message = StampedeLimits.SERVE_STALE_MESSAGE)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Stampede(
            @Required
            @JsonPropertyDescription(
                    "Mutex: one reader loads, the others wait for its value. Probabilistic: one loads a little before the value expires, the others go on with it. ServeStale: one loads when the ttl is over, the others go on with the old value for staleFor at most. Where there is no value, the last two wait as Mutex does with its defaults.")
            StampedeMode mode,

            @JsonPropertyDescription("Settings of mode Mutex.") @Nullable
            Mutex mutex,

            @JsonPropertyDescription("Settings of mode Probabilistic.") @Nullable
            Probabilistic probabilistic,

            @JsonPropertyDescription("Settings of mode ServeStale.") @Nullable
            ServeStale serveStale) {}

    /** How old a value may be. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.staleFor) || (duration(self.staleFor) >= duration('" + StampedeLimits.MIN_STALE_FOR
                    + "') && duration(self.staleFor) <= duration('" + StampedeLimits.MAX_STALE_FOR + "'))",
            message = StampedeLimits.STALE_FOR_MESSAGE)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ServeStale(
            @Size(min = 1, max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription(
                    "How long after its ttl a value is still served, while one reader loads it anew. Values are kept in Redis for ttl and staleFor together; nothing older is served. Default: 1m.")
            @Nullable
            String staleFor) {}

    /** How early a value is loaded anew. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Probabilistic(
            @Min(StampedeLimits.MIN_BETA_PERCENT)
            @Max(StampedeLimits.MAX_BETA_PERCENT)
            @JsonPropertyDescription(
                    "Above 100: earlier, so that a miss is rarer and loads are more; below: later. Default: 100, which suits most.")
            @Nullable
            Integer betaPercent) {}

    /** Who waits for whom, and how long. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.lockTimeout) || (duration(self.lockTimeout) >= duration('"
                    + StampedeLimits.MIN_LOCK_TIMEOUT + "') && duration(self.lockTimeout) <= duration('"
                    + StampedeLimits.MAX_LOCK_TIMEOUT + "'))",
            message = StampedeLimits.LOCK_TIMEOUT_MESSAGE)
    @ValidationRule(
            value = "!has(self.maxWait) || duration(self.maxWait) <= duration('" + StampedeLimits.MAX_WAIT + "')",
            message = StampedeLimits.MAX_WAIT_MESSAGE)
    @ValidationRule(
            value = "!has(self.maxBlock) || duration(self.maxBlock) <= duration(has(self.maxWait) ? self.maxWait : '"
                    + StampedeLimits.DEFAULT_MAX_WAIT + "')",
            message = StampedeLimits.MAX_BLOCK_MESSAGE)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Mutex(
            @Size(min = 1, max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription(
                    "How long a load may be under way before another reader loads too; above what a load takes. A load may take four times as long, and at least 20s, and its value is still stored. Default: 5s.")
            @Nullable
            String lockTimeout,

            @Size(min = 1, max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription(
                    "How long a reader waits for another's load before it gets nil and loads itself; below the timeout of the application's Redis client. Default: 1s.")
            @Nullable
            String maxWait,

            @Size(min = 1, max = Durations.MAX_CHARACTERS)
            @ValidationRule(
                    value = Durations.RULE,
                    message = Durations.MESSAGE,
                    messageExpression = Durations.MESSAGE_EXPRESSION)
            @JsonPropertyDescription(
                    "How long it waits once another reply of its connection stands behind, as with clients that send all commands over one connection. Default: 50ms, or maxWait if that is less.")
            @Nullable
            String maxBlock) {}

    /** A policy's share of memory. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.budget) || has(self.eviction)",
            message = "memory needs budget or eviction; leave memory out to ask for nothing")
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Memory(
            @ValidationRule(value = Quantities.RULE, message = Quantities.MESSAGE)
            @JsonPropertyDescription("Memory that these keys are expected to take, for example 128Mi.")
            @Nullable
            Quantity budget,

            @JsonPropertyDescription(
                    "Which keys should go first when memory is full: LRU, LFU, Random, or None (these keys must not be evicted).")
            @Nullable
            Eviction eviction) {}
}
