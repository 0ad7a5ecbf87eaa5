package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.Auth;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.SecretRef;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.api.v1alpha1.Management;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.operator.backend.RedisSecrets.Answer;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisTarget;
import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.redis.RedisCredentials;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks to a backend's Redis.
 *
 * @param admin the operator's user; null: the default user without a password
 * @param agentUser the agents' user; null: not known
 * @param problem why the operator's user is not known; null: it is
 * @param agentProblem why agents cannot have theirs; null: they can, or the operator cannot tell
 */
record RedisUsers(
        @Nullable RedisCredentials admin,
        @Nullable String agentUser,
        Answer.@Nullable Unusable problem,
        Answer.@Nullable Unusable agentProblem) {

    /** {@return the users that a backend's Secrets name; looked at more often while Redis refuses them} */
    static RedisUsers of(CacheBackend backend, RedisState redis, RedisSecrets secrets) {
        Auth auth = backend.getSpec().auth();
        if (auth == null) {
            return new RedisUsers(null, null, null, null);
        }
        boolean refused = redis instanceof RedisState.Unreachable unreachable
                && unreachable.reason() == RedisState.Reason.WrongPassword;
        Duration maxAge = refused ? RedisSecrets.URGENT : RedisSecrets.FRESH;
        String namespace = backend.getMetadata().getNamespace();
        Answer admin = read(auth.adminSecretRef(), namespace, secrets, maxAge);
        Answer agent = read(auth.agentSecretRef(), namespace, secrets, maxAge);
        return new RedisUsers(
                admin instanceof Answer.Found(RedisCredentials user) ? user : null,
                agent instanceof Answer.Found(RedisCredentials user) ? user.user() : null,
                admin instanceof Answer.Unusable unusable ? unusable : null,
                // One that the operator may not read can still be mounted.
                agent instanceof Answer.Unusable unusable && !unusable.notReadable() ? unusable : null);
    }

    private static @Nullable Answer read(
            @Nullable SecretRef ref, String namespace, RedisSecrets secrets, Duration maxAge) {
        return ref == null ? null : secrets.read(namespace, ref.name(), maxAge);
    }

    /** {@return whether a Secret is being waited for} */
    boolean incomplete() {
        return problem != null || agentProblem != null;
    }

    /**
     * {@return how the backend wants its Redis}
     *
     * @param status as it stands in the API server. Nothing is written to Redis before the settings found there stand in
     *     it: an operator that died in between would take its own for the original ones
     */
    RedisTarget target(CacheBackend backend, RedisSettings settings, @Nullable CacheBackendStatus status) {
        ActualSettings original = original(status);
        return new RedisTarget(
                backend.getSpec().endpoints().getFirst(),
                admin,
                agentUser,
                settings,
                managed(backend) && original != null,
                original);
    }

    /** {@return whether Redis's settings are to be written} */
    static boolean managed(CacheBackend backend) {
        return backend.getSpec().management() != Management.Observe;
    }

    /** {@return the settings found at first contact; null: there was none} */
    static @Nullable ActualSettings original(@Nullable CacheBackendStatus status) {
        CacheBackendStatus.Settings original =
                status == null || status.redis() == null ? null : status.redis().original();
        return original == null || original.maxMemory() == null || original.evictionPolicy() == null
                ? null
                : new ActualSettings(Quantities.bytes(Quantity.parse(original.maxMemory())), original.evictionPolicy());
    }
}
