package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus.Redis;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.operator.status.EventRecorder;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Objects;
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
        applied(backend, before, after);
        agentSecret(backend, before, after);
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

    /** Of the Secret of the agents' user only Ready tells. */
    private void agentSecret(CacheBackend backend, @Nullable CacheBackendStatus before, CacheBackendStatus after) {
        Optional<Condition> ready = condition(after, Conditions.READY);
        boolean news = !message(condition(before, Conditions.READY)).equals(message(ready))
                && !message(condition(after, BackendStatusFactory.REACHABLE)).equals(message(ready));
        if (news && RedisSecrets.REASONS.contains(ready.orElseThrow().getReason())) {
            warn(backend, ready.get(), "ReadSecret");
        }
    }

    private static String message(Optional<Condition> condition) {
        return condition.map(Condition::getMessage).orElse("");
    }

    private void applied(CacheBackend backend, @Nullable CacheBackendStatus before, CacheBackendStatus after) {
        Optional<Condition> then = condition(before, BackendStatusFactory.CONFIG_APPLIED);
        Optional<Condition> now = condition(after, BackendStatusFactory.CONFIG_APPLIED);
        Redis redis = after.redis();
        if (is(now, "False") && !same(then, now)) {
            warn(backend, now.get(), "ApplySettings");
        } else if (now.filter(c -> c.getReason().equals("Applied")).isPresent()
                && redis != null
                && (!wasApplied(then) || differ(before, redis))) {
            recorder.normal(
                    backend,
                    "SettingsApplied",
                    "ApplySettings",
                    "maxmemory " + redis.maxMemory() + ", maxmemory-policy " + redis.evictionPolicy() + ": "
                            + redis.reason());
        }
    }

    /** A Redis that was away and is back with the same settings is no news of its settings. */
    private static boolean wasApplied(Optional<Condition> then) {
        return then.map(Condition::getReason)
                .filter(reason ->
                        List.of("Applied", "Unreachable", "Connecting").contains(reason)
                                || RedisSecrets.REASONS.contains(reason))
                .isPresent();
    }

    private static boolean differ(@Nullable CacheBackendStatus before, Redis now) {
        Redis then = before == null ? null : before.redis();
        return then == null
                || !Objects.equals(then.maxMemory(), now.maxMemory())
                || !Objects.equals(then.evictionPolicy(), now.evictionPolicy());
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
    void abandoned(CacheBackend backend, ActualSettings original) {
        recorder.warning(
                backend,
                "RestoreAbandoned",
                "RestoreSettings",
                "Redis could not be given its original settings within 10 minutes, so they stay as they are; set by hand:"
                        + " maxmemory " + original.maxMemory() + ", maxmemory-policy " + original.evictionPolicy());
    }

    /** Records that nothing puts a Redis's original settings back, because its backend was deleted while no operator ran. */
    void notRestored(CacheBackend backend, ActualSettings original) {
        recorder.warning(
                backend,
                "RestoreAbandoned",
                "RestoreSettings",
                "deleted while no operator ran that restores it; set by hand: maxmemory " + original.maxMemory()
                        + ", maxmemory-policy " + original.evictionPolicy());
    }

    /** Records that another operator looks after a backend as well. */
    void contested(CacheBackend backend) {
        recorder.warning(
                backend,
                "OperatorsOverlap",
                "RemoveFinalizer",
                "another operator has put the finalizer cachepolicy.dev/restore back, so it looks after this backend as well;"
                        + " let one release do so: take this namespace out of watchNamespaces, or uninstall the other");
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
