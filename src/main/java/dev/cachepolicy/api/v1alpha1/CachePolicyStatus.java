package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a policy. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SchemaCustomizer(value = SchemaForms.class, input = "conditions=map:type")
@JsonIgnoreProperties(ignoreUnknown = true)
public record CachePolicyStatus(
        @JsonPropertyDescription("The generation that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Accepted, ResolvedRefs, Programmed, AgentsSynced, Ready, Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("The spec with its defaults filled in.") @Nullable
        Effective effective,

        @Nullable AgentCounts agents,

        @JsonPropertyDescription("What the agents counted.") @Nullable
        Observed observed) {

    /** A policy as it is carried out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Effective(
            @Nullable CacheStrategy strategy,
            CachePolicySpec.@Nullable Ttl ttl,
            CachePolicySpec.@Nullable Stampede stampede,
            @Nullable Eviction eviction,
            @Nullable FailureMode onBackendFailure,
            @Nullable Enforcement enforcement) {}

    /** Hits and misses over the last minutes with traffic. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Observed(
            @JsonPropertyDescription("Share of reads answered from the cache, for example 93.4%.") @Nullable
            String hitRatio,

            @JsonPropertyDescription("Time over which hits and misses were counted.") @Nullable
            String window) {}
}
