package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator found and did. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SchemaCustomizer(value = SchemaForms.class, input = "conditions=map:type")
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheBackendStatus(
        @JsonPropertyDescription("The generation that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Accepted, Reachable, ConfigApplied, Ready, Stalled.") @Nullable
        List<Condition> conditions,

        @JsonPropertyDescription("Redis as last seen.") @Nullable
        Redis redis,

        @JsonPropertyDescription("Accepted policies of this backend.") @Nullable
        Integer policies,

        @Nullable AgentCounts agents) {

    /** Redis's own words. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Redis(
            @Nullable String version,

            @JsonPropertyDescription("Redis processes.") @Nullable
            Integer nodes,

            @JsonPropertyDescription("maxmemory as read back; 0: no limit.") @Nullable
            String maxMemory,

            @JsonPropertyDescription("maxmemory-policy as read back.") @Nullable
            String evictionPolicy,

            @JsonPropertyDescription("Why these settings.") @Nullable
            String reason,

            @JsonPropertyDescription("Settings found at first contact.") @Nullable
            Settings original) {}

    /** Settings of a Redis. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Settings(
            @Nullable String maxMemory, @Nullable String evictionPolicy) {}
}
