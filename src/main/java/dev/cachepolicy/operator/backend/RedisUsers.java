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
 */
record RedisUsers(
        @Nullable RedisCredentials admin, @Nullable String agentUser, Answer.@Nullable Unusable problem) {

    /** {@return the users that a backend's Secrets name; looked at more often while Redis refuses them} */
    static RedisUsers of(CacheBackend backend, RedisState redis, RedisSecrets secrets) {
        Auth auth = backend.getSpec().auth();
        if (auth == null) {
            return new RedisUsers(null, null, null);
        }
        boolean refused = redis instanceof RedisState.Unreachable unreachable
                && unreachable.reason() == RedisState.Reason.WrongPassword;
        Duration maxAge = refused ? RedisSecrets.URGENT : RedisSecrets.FRESH;
        String namespace = backend.getMetadata().getNamespace();
        String agentUser = auth.agentSecretRef() != null
                        && secrets.read(namespace, auth.agentSecretRef().name(), maxAge)
                                instanceof Answer.Found(RedisCredentials agent)
                ? agent.user()
                : null;
        SecretRef ref = auth.adminSecretRef();
        if (ref == null) {
            return new RedisUsers(null, agentUser, null);
        }
        return switch (secrets.read(namespace, ref.name(), maxAge)) {
            case Answer.Found(RedisCredentials admin) -> new RedisUsers(admin, agentUser, null);
            case Answer.Unusable unusable -> new RedisUsers(null, agentUser, unusable);
        };
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
