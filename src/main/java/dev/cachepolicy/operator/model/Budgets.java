package dev.cachepolicy.operator.model;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec;
import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.validation.Problem;
import dev.cachepolicy.validation.Reasons;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The memory that a backend has for budgets, and how much of it is given away. */
final class Budgets {

    private final String source;
    private final long allowed;
    private long taken;

    private Budgets(String source, long allowed) {
        this.source = source;
        this.allowed = allowed;
    }

    static Budgets of(CacheBackend backend) {
        CacheBackendSpec.Memory memory = backend.getSpec().memory();
        String of = " of CacheBackend " + backend.getMetadata().getName();
        if (memory != null && memory.maxMemory() != null) {
            return new Budgets("maxMemory" + of, Quantities.bytes(memory.maxMemory()));
        }
        if (memory != null && memory.maxMemoryLimit() != null) {
            return new Budgets("maxMemoryLimit" + of, Quantities.bytes(memory.maxMemoryLimit()));
        }
        return new Budgets("", Long.MAX_VALUE);
    }

    /** {@return the budget of a policy in bytes; 0: it has none} */
    static long of(CachePolicy policy) {
        CachePolicySpec.Memory memory = policy.getSpec().memory();
        @Nullable Quantity budget = memory == null ? null : memory.budget();
        return budget == null ? 0 : Quantities.bytes(budget);
    }

    /** {@return why a policy's budget cannot be had; empty: it is taken} */
    Optional<Problem> take(CachePolicy policy) {
        long budget = of(policy);
        if (budget <= allowed - taken) {
            taken += budget;
            return Optional.empty();
        }
        long free = allowed - taken;
        String advice = free == 0 ? "lower the budgets of others" : "write at most " + Quantities.text(free);
        return Optional.of(new Problem(
                "spec.memory.budget",
                Reasons.BUDGET_EXCEEDED,
                "a budget of " + Quantities.text(budget) + " is more than what is left: older policies have "
                        + Quantities.text(taken) + " of " + Quantities.text(allowed) + " (" + source + "): " + advice
                        + ", or have that raised"));
    }
}
