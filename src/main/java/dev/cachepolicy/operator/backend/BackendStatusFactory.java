package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.AgentCounts;
import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus.Redis;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus.Settings;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisState.Reached;
import dev.cachepolicy.operator.model.BackendModel;
import dev.cachepolicy.operator.status.Conditions;
import dev.cachepolicy.operator.status.Conditions.Finding;
import dev.cachepolicy.validation.Problem;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a CacheBackend's status of what a reconciliation found. The same findings give the same status. */
final class BackendStatusFactory {

    static final String REACHABLE = "Reachable";
    static final String CONFIG_APPLIED = "ConfigApplied";

    private final InstantSource clock;

    BackendStatusFactory(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What a reconciliation found.
     *
     * @param agents to show; null: what the status says still stands
     */
    record Found(
            BackendModel model,
            RedisState redis,
            RedisAccess access,
            @Nullable AgentTally agents) {

        /** {@return what is wrong with the Secrets of the operator's user and certificates; null: nothing} */
        RedisSecrets.Answer.@Nullable Unusable secret() {
            return access.problem();
        }
    }

    /** {@return the status of a backend} */
    CacheBackendStatus status(CacheBackend backend, Found found) {
        CacheBackendStatus before = backend.getStatus();
        Long generation = backend.getMetadata().getGeneration();
        return new CacheBackendStatus(
                generation,
                conditions(backend, found, before == null ? null : before.conditions()),
                redis(found, before == null ? null : before.redis()),
                found.model().acceptedPolicies(),
                found.agents() == null
                        ? before == null ? null : before.agents()
                        : AgentCounts.of(
                                found.agents().synced(),
                                found.agents().total(),
                                found.agents().outdated()));
    }

    private List<Condition> conditions(CacheBackend backend, Found found, @Nullable List<Condition> before) {
        Conditions conditions = new Conditions(backend.getMetadata().getGeneration(), before, clock.instant());
        Finding accepted = accepted(found.model());
        conditions.set(Conditions.ACCEPTED, accepted);
        conditions.set(REACHABLE, orAsBefore(reachable(backend, found), found, REACHABLE, backend, before));
        Finding applied = orAsBefore(configApplied(backend, found), found, CONFIG_APPLIED, backend, before);
        conditions.set(CONFIG_APPLIED, applied);
        RedisSecrets.Answer.Unusable agentSecret = found.access().agentProblem();
        if (accepted.isTrue() && agentSecret != null) {
            // Before the others, which have conditions of their own: this is the only one that says it.
            conditions.set(
                    Conditions.READY,
                    Finding.no(
                            agentSecret.reason(), "agents cannot start without their user: " + agentSecret.message()));
        } else {
            conditions.summarize(
                    Conditions.READY, ready(applied), List.of(Conditions.ACCEPTED, REACHABLE, CONFIG_APPLIED));
        }
        return conditions
                .set(
                        Conditions.STALLED,
                        accepted.isTrue()
                                ? Finding.no("Progressing", "")
                                : Finding.yes(
                                        accepted.reason(), "only a change of the spec helps: " + accepted.message()))
                .toList();
    }

    /** What is only observed may differ from what is wanted. */
    private static Finding ready(Finding applied) {
        return applied.reason().equals(RedisFindings.OBSERVED)
                ? Finding.yes(RedisFindings.OBSERVED, "agents have their configuration; " + applied.message())
                : Finding.yes(Conditions.READY, "Redis is as wanted and agents have their configuration");
    }

    private static Finding accepted(BackendModel model) {
        Problem problem = model.problems().isEmpty()
                ? model.configProblem()
                : model.problems().getFirst();
        return problem == null
                ? Finding.yes(Conditions.ACCEPTED, "the spec is valid")
                : Finding.no(problem.reason(), problem.message());
    }

    private static Finding reachable(CacheBackend backend, Found found) {
        RedisSecrets.Answer.Unusable secret = found.secret();
        return secret == null
                ? RedisFindings.reachable(backend, found.redis())
                : Finding.no(secret.reason(), secret.message());
    }

    /** Without these nobody asks Redis, so it is the Secret that this waits for; a Redis that was reached before is still kept. */
    private static Finding configApplied(CacheBackend backend, Found found) {
        RedisSecrets.Answer.Unusable secret = found.secret();
        return secret == null || found.redis() instanceof Reached
                ? RedisFindings.configApplied(found.redis(), RedisAccess.managed(backend))
                : Finding.unknown(
                        secret.reason(),
                        "Redis is not asked without the operator's user and certificates: " + secret.message());
    }

    /** An operator that has just started knows nothing yet; what stands there is the better knowledge, unless the spec changed. */
    private static Finding orAsBefore(
            Finding finding, Found found, String type, CacheBackend backend, @Nullable List<Condition> before) {
        Optional<Condition> standing = Conditions.find(before, type)
                .filter(c -> Objects.equals(
                        c.getObservedGeneration(), backend.getMetadata().getGeneration()));
        return found.redis() instanceof RedisState.Connecting && found.secret() == null && standing.isPresent()
                ? Finding.of(standing.get())
                : finding;
    }

    private static @Nullable Redis redis(Found found, @Nullable Redis before) {
        return switch (found.redis()) {
            case Reached reached -> redis(reached, found.model(), before);
            case RedisState.Unreachable unreachable
            when unreachable.last() != null -> redis(unreachable.last(), found.model(), before);
            default -> before;
        };
    }

    private static Redis redis(Reached reached, BackendModel model, @Nullable Redis before) {
        return new Redis(
                reached.info().version(),
                1,
                Quantities.text(reached.settings().maxMemory()),
                reached.settings().evictionPolicy(),
                model.settings().reason(),
                before != null && before.original() != null ? before.original() : text(reached.original()));
    }

    private static Settings text(ActualSettings settings) {
        return new Settings(Quantities.text(settings.maxMemory()), settings.evictionPolicy());
    }
}
