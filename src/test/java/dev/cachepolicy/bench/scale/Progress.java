package dev.cachepolicy.bench.scale;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for what statuses say, looking often enough to measure by. */
final class Progress {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int LOOK_MILLIS = 10;

    private Progress() {}

    /** Waits until policies say of a generation that a condition is true. */
    static void await(Tenant tenant, Map<String, Long> generations, String condition) throws InterruptedException {
        await(
                () -> tenant.policies().stream()
                                .filter(policy -> isTrue(
                                        policy,
                                        condition,
                                        generations.get(policy.getMetadata().getName())))
                                .count()
                        == generations.size(),
                () -> generations.size() + " policies to be " + condition + " in " + tenant.namespace());
    }

    private static boolean isTrue(CachePolicy policy, String type, @Nullable Long generation) {
        return generation != null
                && policy.getStatus() != null
                && policy.getStatus().conditions() != null
                && generation.equals(policy.getStatus().observedGeneration())
                && policy.getStatus().conditions().stream()
                        .anyMatch(condition -> condition.getType().equals(type)
                                && condition.getStatus().equals("True")
                                && generation.equals(condition.getObservedGeneration()));
    }

    static void await(BooleanSupplier reached, Supplier<String> what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + PATIENCE.toMinutes() + " minutes for " + what.get());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
