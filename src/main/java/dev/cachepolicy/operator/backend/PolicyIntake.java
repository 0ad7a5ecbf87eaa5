package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CachePolicy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the changes of one backend's policies. The first after a rest is taken at once; what follows it within
 * {@link #REST} is taken together at the end of that time, since every intake that differs costs a ConfigMap and a touch
 * of every pod, and a kubelet follows no faster anyway.
 *
 * <p>Not safe for use by several threads; JOSDK reconciles one backend on one thread at a time.
 */
final class PolicyIntake {

    /** The shortest time between two intakes that differ. */
    static final Duration REST = Duration.ofSeconds(1);

    private @Nullable Intake last;
    private long lastChanged;
    private boolean waiting;

    /**
     * The policies as a reconciliation shall see them.
     *
     * @param versions of the policies: equal for equal ones
     * @param burst whether changes had to wait for it, because others came just before
     * @param again when to look again, because changes wait to be taken in; null: none do
     */
    record Intake(
            List<CachePolicy> policies,
            List<Version> versions,
            boolean burst,
            @Nullable Duration again) {}

    /** What tells a policy from itself before a change. */
    record Version(String name, String uid, long generation) {

        static Version of(CachePolicy policy) {
            return new Version(
                    policy.getMetadata().getName(),
                    policy.getMetadata().getUid(),
                    policy.getMetadata().getGeneration());
        }
    }

    /**
     * {@return the policies to go by now}
     *
     * @param policies as they are now
     * @param now monotonic, in nanoseconds
     */
    Intake take(List<CachePolicy> policies, long now) {
        List<Version> versions = policies.stream()
                .map(Version::of)
                .sorted(Comparator.comparing(Version::name))
                .toList();
        Intake before = last;
        if (before == null) {
            lastChanged = now;
            last = new Intake(policies, versions, false, null);
        } else if (before.versions().equals(versions)) {
            // Of the same generations, but their statuses may be newer.
            last = new Intake(policies, versions, before.burst(), null);
        } else {
            Duration rested = Duration.ofNanos(now - lastChanged);
            if (rested.compareTo(REST) < 0) {
                waiting = true;
                return new Intake(before.policies(), before.versions(), before.burst(), REST.minus(rested));
            }
            lastChanged = now;
            last = new Intake(policies, versions, waiting, null);
            waiting = false;
        }
        return last;
    }
}
