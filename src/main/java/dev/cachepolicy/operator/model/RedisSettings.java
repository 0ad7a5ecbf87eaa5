package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What each Redis process of a backend should be set to.
 *
 * @param maxMemory {@code maxmemory} in bytes, above zero; null: left alone
 * @param evictionPolicy {@code maxmemory-policy}; null: left alone
 * @param reason why, for people
 */
public record RedisSettings(
        @Nullable Long maxMemory, @Nullable EvictionPolicy evictionPolicy, String reason) {}
