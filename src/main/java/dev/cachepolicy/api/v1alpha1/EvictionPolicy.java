package dev.cachepolicy.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The values of Redis's {@code maxmemory-policy}, in Redis's own names. */
public enum EvictionPolicy {
    @JsonProperty("noeviction")
    NOEVICTION("noeviction"),
    @JsonProperty("allkeys-lru")
    ALLKEYS_LRU("allkeys-lru"),
    @JsonProperty("allkeys-lfu")
    ALLKEYS_LFU("allkeys-lfu"),
    @JsonProperty("allkeys-random")
    ALLKEYS_RANDOM("allkeys-random"),
    @JsonProperty("volatile-lru")
    VOLATILE_LRU("volatile-lru"),
    @JsonProperty("volatile-lfu")
    VOLATILE_LFU("volatile-lfu"),
    @JsonProperty("volatile-random")
    VOLATILE_RANDOM("volatile-random"),
    @JsonProperty("volatile-ttl")
    VOLATILE_TTL("volatile-ttl");

    private final String redisName;

    EvictionPolicy(String redisName) {
        this.redisName = redisName;
    }

    /** {@return the value as Redis writes it} */
    public String redisName() {
        return redisName;
    }
}
