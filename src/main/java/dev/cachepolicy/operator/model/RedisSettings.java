package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a backend wants of its Redis.
 *
 * @param maxMemory bytes; null: left alone
 * @param evictionPolicy null: left alone
 * @param reason why, in words
 */
public record RedisSettings(
        @Nullable Long maxMemory, @Nullable EvictionPolicy evictionPolicy, String reason) {}
