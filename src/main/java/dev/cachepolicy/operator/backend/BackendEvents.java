package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.operator.status.EventRecorder;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events about a backend: for transitions, which its conditions show, and for corrections, which they do not. */
final class BackendEvents {

    private final EventRecorder recorder;

    BackendEvents(EventRecorder recorder) {
        this.recorder = recorder;
    }

    /** Records what changed from one status to the next. */
    void transition(CacheBackend backend, @Nullable CacheBackendStatus before, CacheBackendStatus after) {
        accepted(backend, condition(before, Conditions.ACCEPTED), condition(after, Conditions.ACCEPTED));
        reachable(
                backend,
                condition(before, BackendStatusFactory.REACHABLE),
                condition(after, BackendStatusFactory.REACHABLE));
        applied(
                backend,
                condition(before, BackendStatusFactory.CONFIG_APPLIED),
                condition(after, BackendStatusFactory.CONFIG_APPLIED),
                after);
    }

    private void accepted(CacheBackend backend, Optional<Condition> before, Optional<Condition> after) {
        if (is(after, "False") && !same(before, after)) {
            warn(backend, after.get(), "Validate");
        }
    }

    private void reachable(CacheBackend backend, Optional<Condition> before, Optional<Condition> after) {
        if (is(after, "False") && !is(before, "False")) {
            recorder.warning(backend, "Unreachable", "Connect", after.get().getMessage());
        } else if (is(after, "True") && is(before, "False")) {
            recorder.normal(backend, "ReachableAgain", "Connect", after.get().getMessage());
        }
    }

    private void applied(
            CacheBackend backend, Optional<Condition> before, Optional<Condition> after, CacheBackendStatus status) {
        if (is(after, "False") && !same(before, after)) {
            warn(backend, after.get(), "ApplySettings");
        } else if (after.filter(c -> c.getReason().equals("Applied")).isPresent()
                && before.filter(c -> c.getReason().equals("Applied")).isEmpty()
                && status.redis() != null) {
            recorder.normal(
                    backend,
                    "SettingsApplied",
                    "ApplySettings",
                    "maxmemory " + status.redis().maxMemory() + ", maxmemory-policy "
                            + status.redis().evictionPolicy() + ": "
                            + status.redis().reason());
        }
    }

    /** Records that a parameter had drifted and was set again. */
    void corrected(CacheBackend backend, String parameter, String found, String restored) {
        recorder.normal(
                backend,
                "DriftCorrected",
                "ApplySettings",
                parameter + " was " + found + ", set to " + restored + " again");
    }

    /** Records that a Redis could not be given its original settings before its backend went. */
    void abandoned(CacheBackend backend, String why) {
        recorder.warning(backend, "RestoreAbandoned", "RestoreSettings", why);
    }

    /** Records that a Redis has its original settings again. */
    void restored(CacheBackend backend, String what) {
        recorder.normal(backend, "Restored", "RestoreSettings", what);
    }

    private void warn(CacheBackend backend, Condition condition, String action) {
        recorder.warning(backend, condition.getReason(), action, condition.getMessage());
    }

    private static Optional<Condition> condition(@Nullable CacheBackendStatus status, String type) {
        return Conditions.find(status == null ? null : status.conditions(), type);
    }

    private static boolean is(Optional<Condition> condition, String status) {
        return condition.filter(c -> c.getStatus().equals(status)).isPresent();
    }

    private static boolean same(Optional<Condition> before, Optional<Condition> after) {
        return before.map(c -> c.getStatus() + c.getReason()).equals(after.map(c -> c.getStatus() + c.getReason()));
    }
}
