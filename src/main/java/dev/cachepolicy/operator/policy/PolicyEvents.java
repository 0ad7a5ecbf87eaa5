package dev.cachepolicy.operator.policy;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Mutex;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Stampede;
import dev.cachepolicy.api.v1alpha1.CachePolicySpec.Ttl;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus;
import dev.cachepolicy.api.v1alpha1.CachePolicyStatus.Effective;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.operator.status.EventRecorder;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events about a policy, for transitions that its conditions show. */
final class PolicyEvents {

    private final EventRecorder recorder;

    PolicyEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    /** Records what changed from one status to the next. */
    void transition(CachePolicy policy, @Nullable CachePolicyStatus before, CachePolicyStatus after) {
        for (String type : List.of(Conditions.ACCEPTED, PolicyStatusFactory.RESOLVED_REFS)) {
            Condition now = condition(after, type).orElseThrow();
            if (now.getStatus().equals("False")
                    && condition(before, type)
                            .filter(then -> then.getStatus().equals("False")
                                    && then.getReason().equals(now.getReason()))
                            .isEmpty()) {
                recorder.warning(policy, now.getReason(), "Validate", now.getMessage());
            }
        }
        Condition programmed = condition(after, PolicyStatusFactory.PROGRAMMED).orElseThrow();
        Optional<Condition> then = condition(before, PolicyStatusFactory.PROGRAMMED);
        String changes = changes(before == null ? null : before.effective(), after.effective());
        // The message names the policy's revision, which a change that is not the agents' affair leaves as it is.
        boolean news = !changes.isEmpty()
                || then.filter(c -> c.getMessage().equals(programmed.getMessage()))
                        .isEmpty();
        if (programmed.getStatus().equals("True") && news) {
            recorder.normal(
                    policy,
                    PolicyStatusFactory.PROGRAMMED,
                    "Publish",
                    programmed.getMessage() + (changes.isEmpty() ? "" : ": " + changes));
        }
    }

    private static Optional<Condition> condition(@Nullable CachePolicyStatus status, String type) {
        return Conditions.find(status == null ? null : status.conditions(), type);
    }

    private static String changes(@Nullable Effective before, @Nullable Effective after) {
        if (before == null || after == null) {
            return "";
        }
        List<String> changes = new ArrayList<>();
        Ttl from = before.ttl();
        Ttl to = after.ttl();
        if (from != null && to != null) {
            change(changes, "ttl.value", from.value(), to.value());
            change(changes, "ttl.mode", from.mode(), to.mode());
            change(changes, "ttl.jitterPercent", from.jitterPercent(), to.jitterPercent());
            change(changes, "ttl.refreshOnRead", from.refreshOnRead(), to.refreshOnRead());
        }
        stampede(changes, before.stampede(), after.stampede());
        change(changes, "strategy", before.strategy(), after.strategy());
        change(changes, "memory.eviction", before.eviction(), after.eviction());
        change(changes, "onBackendFailure", before.onBackendFailure(), after.onBackendFailure());
        change(changes, "enforcement", before.enforcement(), after.enforcement());
        return String.join(", ", changes);
    }

    private static @Nullable Integer beta(@Nullable Stampede stampede) {
        return stampede == null || stampede.probabilistic() == null
                ? null
                : stampede.probabilistic().betaPercent();
    }

    private static @Nullable String staleFor(@Nullable Stampede stampede) {
        return stampede == null || stampede.serveStale() == null
                ? null
                : stampede.serveStale().staleFor();
    }

    private static void stampede(List<String> changes, @Nullable Stampede before, @Nullable Stampede after) {
        change(changes, "stampede.mode", before == null ? null : before.mode(), after == null ? null : after.mode());
        change(changes, "stampede.probabilistic.betaPercent", beta(before), beta(after));
        change(changes, "stampede.serveStale.staleFor", staleFor(before), staleFor(after));
        Mutex from = before == null ? null : before.mutex();
        Mutex to = after == null ? null : after.mutex();
        if (from != null && to != null) {
            change(changes, "stampede.mutex.lockTimeout", from.lockTimeout(), to.lockTimeout());
            change(changes, "stampede.mutex.maxWait", from.maxWait(), to.maxWait());
            change(changes, "stampede.mutex.maxBlock", from.maxBlock(), to.maxBlock());
        }
    }

    private static void change(List<String> changes, String field, @Nullable Object from, @Nullable Object to) {
        if (!Objects.equals(from, to)) {
            changes.add(field + " " + from + " -> " + to);
        }
    }
}
