package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.Eviction;
import dev.cachepolicy.api.v1alpha1.EvictionPolicy;
import dev.cachepolicy.api.v1alpha1.Quantities;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Derives Redis's memory settings from the accepted policies, with the reason in words. A policy whose enforcement is Off
 * counts like any other: its keys are still there, and turning agents off in an incident must not make Redis evict.
 */
final class SettingsRules {

    private final CacheBackendSpec.@Nullable Memory memory;

    SettingsRules(CacheBackendSpec.@Nullable Memory memory) {
        this.memory = memory;
    }

    RedisSettings settings(List<CachePolicy> policies) {
        if (memory == null) {
            return new RedisSettings(null, null, "left alone: the backend says nothing of memory");
        }
        Derived<@Nullable Long> maxMemory = maxMemory(memory, policies);
        Derived<EvictionPolicy> eviction = memory.evictionPolicy() != null
                ? new Derived<>(memory.evictionPolicy(), "fixed by the backend")
                : eviction(policies);
        return new RedisSettings(
                maxMemory.value,
                eviction.value,
                "maxmemory" + (maxMemory.value == null ? "" : " " + Quantities.text(maxMemory.value)) + ": "
                        + maxMemory.reason + "; maxmemory-policy "
                        + eviction.value.redisName() + ": " + eviction.reason);
    }

    private record Derived<T extends @Nullable Object>(T value, String reason) {}

    private static Derived<@Nullable Long> maxMemory(CacheBackendSpec.Memory memory, List<CachePolicy> policies) {
        if (memory.maxMemory() != null) {
            return new Derived<>(Quantities.bytes(memory.maxMemory()), "fixed by the backend");
        }
        if (memory.maxMemoryLimit() == null) {
            return new Derived<>(null, "left alone");
        }
        long limit = Quantities.bytes(memory.maxMemoryLimit());
        Optional<CachePolicy> without =
                policies.stream().filter(policy -> Budgets.of(policy) == 0).findFirst();
        if (policies.isEmpty() || without.isPresent()) {
            return new Derived<>(
                    limit,
                    "the limit, because "
                            + without.map(policy -> "CachePolicy " + PolicyKey.of(policy) + " has no budget")
                                    .orElse("there are no policies"));
        }
        long budgets = policies.stream().mapToLong(Budgets::of).sum();
        long reserve = Math.ceilDiv(budgets, 5);
        String sum = "the budgets of " + count(policies.size()) + " (" + Quantities.text(budgets) + ") plus 20 %";
        return reserve <= limit - budgets
                ? new Derived<>(budgets + reserve, sum)
                : new Derived<>(limit, "the limit, because " + sum + " would be more");
    }

    private static Derived<EvictionPolicy> eviction(List<CachePolicy> policies) {
        Map<Eviction, Integer> votes = new EnumMap<>(Eviction.class);
        for (CachePolicy policy : policies) {
            Eviction wish = wish(policy);
            if (wish == Eviction.None) {
                return new Derived<>(
                        EvictionPolicy.NOEVICTION,
                        "CachePolicy " + PolicyKey.of(policy) + " says that its keys must not be evicted");
            }
            if (wish != null) {
                votes.merge(wish, 1, Integer::sum);
            }
        }
        if (votes.isEmpty()) {
            return new Derived<>(EvictionPolicy.ALLKEYS_LFU, "no policy asks for another algorithm");
        }
        int most = votes.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        List<Eviction> winners = votes.keySet().stream()
                .filter(wish -> votes.getOrDefault(wish, 0) == most)
                .toList();
        if (winners.size() > 1) {
            return new Derived<>(EvictionPolicy.ALLKEYS_LFU, "policies ask for several algorithms equally often");
        }
        int asking = votes.values().stream().mapToInt(Integer::intValue).sum();
        return new Derived<>(
                allKeys(winners.getFirst()),
                most + " of " + asking + " policies that ask for an algorithm want " + winners.getFirst());
    }

    private static @Nullable Eviction wish(CachePolicy policy) {
        return policy.getSpec().memory() == null
                ? null
                : policy.getSpec().memory().eviction();
    }

    private static EvictionPolicy allKeys(Eviction wish) {
        return switch (wish) {
            case LRU -> EvictionPolicy.ALLKEYS_LRU;
            case LFU -> EvictionPolicy.ALLKEYS_LFU;
            case Random -> EvictionPolicy.ALLKEYS_RANDOM;
            case None -> EvictionPolicy.NOEVICTION;
        };
    }

    private static String count(int policies) {
        return policies == 1 ? "one policy" : policies + " policies";
    }
}
