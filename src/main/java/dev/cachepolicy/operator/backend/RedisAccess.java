package dev.cachepolicy.operator.backend;

import dev.cachepolicy.api.v1alpha1.CacheBackend;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.Auth;
import dev.cachepolicy.api.v1alpha1.CacheBackendSpec.SecretRef;
import dev.cachepolicy.api.v1alpha1.CacheBackendStatus;
import dev.cachepolicy.api.v1alpha1.Management;
import dev.cachepolicy.api.v1alpha1.Quantities;
import dev.cachepolicy.operator.backend.RedisSecrets.Answer;
import dev.cachepolicy.operator.backend.RedisSecrets.Content;
import dev.cachepolicy.operator.keeper.ActualSettings;
import dev.cachepolicy.operator.keeper.RedisState;
import dev.cachepolicy.operator.keeper.RedisTarget;
import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.redis.RedisCredentials;
import dev.cachepolicy.tls.ClientTls;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks to a backend's Redis, and how the connection is protected.
 *
 * @param admin the operator's user; null: the default user without a password
 * @param tls null: not at all
 * @param agentUser the agents' user; null: not known
 * @param problem why user or certificates of the operator are not known; null: they are
 * @param agentProblem why agents cannot have their user; null: they can, or the operator cannot tell
 */
record RedisAccess(
        @Nullable RedisCredentials admin,
        @Nullable ClientTls tls,
        @Nullable String agentUser,
        Answer.@Nullable Unusable problem,
        Answer.@Nullable Unusable agentProblem) {

    /** {@return what a backend's Secrets give; looked at more often while Redis refuses it} */
    static RedisAccess of(CacheBackend backend, RedisState redis, RedisSecrets secrets, TlsSecrets certificates) {
        Duration maxAge = redis instanceof RedisState.Unreachable unreachable && mayBeASecret(unreachable.reason())
                ? RedisSecrets.URGENT
                : RedisSecrets.FRESH;
        String namespace = backend.getMetadata().getNamespace();
        Auth auth = backend.getSpec().auth();
        Answer admin = auth == null ? null : read(auth.adminSecretRef(), namespace, secrets, maxAge);
        Answer agent = auth == null ? null : read(auth.agentSecretRef(), namespace, secrets, maxAge);
        TlsSecrets.Certificates tls = certificates.of(backend, maxAge);
        return new RedisAccess(
                admin instanceof Answer.Found found ? credentials(found) : null,
                tls.tls(),
                agent instanceof Answer.Found found ? credentials(found).user() : null,
                admin instanceof Answer.Unusable unusable ? unusable : tls.problem(),
                // One that the operator may not read can still be mounted.
                agent instanceof Answer.Unusable unusable && !unusable.notReadable() ? unusable : null);
    }

    private static boolean mayBeASecret(RedisState.Reason reason) {
        return switch (reason) {
            case WrongPassword, ServerCertificateUntrusted, ClientCertificateRefused -> true;
            default -> false;
        };
    }

    private static @Nullable Answer read(
            @Nullable SecretRef ref, String namespace, RedisSecrets secrets, Duration maxAge) {
        return ref == null ? null : secrets.read(namespace, ref.name(), Content.USER, maxAge);
    }

    private static RedisCredentials credentials(Answer.Found found) {
        return new RedisCredentials(
                found.values().get("username"),
                Objects.requireNonNull(found.values().get("password")));
    }

    /** {@return whether a Secret is being waited for} */
    boolean incomplete() {
        return problem != null || agentProblem != null;
    }

    /**
     * {@return how the backend wants its Redis}
     *
     * @param fenced whether agents keep leases in it
     * @param status as it stands in the API server. Nothing is written to Redis before the settings found there stand in
     *     it: an operator that died in between would take its own for the original ones
     * @param restoredOnRelease whether they are put back when the keeper is released
     */
    RedisTarget target(
            CacheBackend backend,
            boolean fenced,
            RedisSettings settings,
            @Nullable CacheBackendStatus status,
            boolean restoredOnRelease) {
        ActualSettings original = original(status);
        return new RedisTarget(
                backend.getSpec().endpoints().getFirst(),
                admin,
                tls,
                agentUser,
                fenced,
                settings,
                managed(backend) && original != null,
                original,
                restoredOnRelease);
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
