package dev.cachepolicy.agent.policy;

import dev.cachepolicy.resp.CommandSpec;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A policy and where its keys are counted. */
final class Rule {

    private final Policy policy;
    private final PolicyCounters counters;
    private final @Nullable FencedPolicy fenced;
    private final long staleMillis;

    /**
     * Plans for commands of a key and nothing else, which are the same each time: the usual read allocates nothing. Never
     * changed but replaced, by any event loop; what one loses another makes again.
     */
    private volatile IdentityHashMap<CommandSpec, Plan.Observe> watched = new IdentityHashMap<>();

    Rule(Policy policy, PolicyCounters counters) {
        this.policy = policy;
        this.counters = counters;
        Fencing fencing = policy.fencing();
        this.staleMillis = fencing == null ? 0 : fencing.staleFor().toMillis();
        this.fenced = fencing == null ? null : new FencedPolicy(fencing, counters.fence());
    }

    /** {@return how its keys are fenced, null: they are not} */
    @Nullable
    FencedPolicy fenced() {
        return fenced;
    }

    /** {@return for how many milliseconds a string is stored beyond its time} */
    long staleMillis() {
        return staleMillis;
    }

    Policy policy() {
        return policy;
    }

    PolicyCounters counters() {
        return counters;
    }

    /** {@return the plan for a command of one key, without other arguments, that goes as it is and has no say on expiry} */
    Plan.Observe watch(CommandSpec spec) {
        Plan.Observe known = watched.get(spec);
        return known == null ? remember(spec) : known;
    }

    private Plan.Observe remember(CommandSpec spec) {
        int values = spec.absent() == CommandSpec.Absent.Nils ? 1 : 0;
        Plan.Observe plan = new Plan.Observe(new Observation(List.of(this), this, spec, values, null, null));
        IdentityHashMap<CommandSpec, Plan.Observe> more = new IdentityHashMap<>(watched);
        more.put(spec, plan);
        watched = more;
        return plan;
    }
}
