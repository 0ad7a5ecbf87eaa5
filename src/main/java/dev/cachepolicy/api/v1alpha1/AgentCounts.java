package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How many agents follow. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AgentCounts(
        @JsonPropertyDescription("Pods that should follow, by their labels.")
        int total,

        @JsonPropertyDescription("Agents that acknowledged the current configuration.")
        int synced,

        @JsonPropertyDescription("Agents too old for the current configuration; they keep the one before.") @Nullable
        Integer outdated,

        @JsonPropertyDescription("synced/total, for people.")
        String ratio) {

    /** {@return counts with the ratio made from them} */
    public static AgentCounts of(int synced, int total, @Nullable Integer outdated) {
        return new AgentCounts(total, synced, outdated, synced + "/" + total);
    }
}
