package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.redis.RedisAdmin;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.RedisFailure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backend's claim to its Redis: one key with a lifetime, taken if free, renewed and released only while it holds our
 * value. Kept over connections; used by one thread.
 */
final class Ownership {

    private final String cluster;
    private final BackendId backend;
    private final Duration lifetime;

    /** The value under which the key was last ours. */
    private @Nullable String value;

    Ownership(String cluster, BackendId backend, Duration lifetime) {
        this.cluster = cluster;
        this.backend = backend;
        this.lifetime = lifetime;
    }

    /**
     * Claims the Redis, or renews the claim.
     *
     * @param original to be written beside the claim
     */
    Authority claim(RedisAdmin redis, ActualSettings original) throws RedisAdminException {
        if (value != null && redis.renew(RedisKeys.OWNER, value, lifetime)) {
            return new Authority.Owner();
        }
        value = null;
        String ours = new Owner(cluster, backend.namespace(), backend.name(), backend.uid(), original).write();
        // A key that expires or is released between two commands is free in the next round.
        for (int round = 0; round < 2; round++) {
            if (take(redis, ours)) {
                return new Authority.Owner();
            }
            String theirs = redis.get(RedisKeys.OWNER);
            if (theirs == null) {
                continue;
            }
            Optional<Owner> holder = Owner.read(theirs);
            if (holder.isEmpty()) {
                return new Authority.HeldBy("an owner that this version does not know (see " + RedisKeys.OWNER + ")");
            }
            if (!holder.get().hasNameOf(cluster, backend)) {
                return new Authority.HeldBy(holder.get().words(cluster));
            }
            if (holder.get().is(cluster, backend) && redis.renew(RedisKeys.OWNER, theirs, lifetime)) {
                value = theirs;
                return new Authority.Owner();
            }
            redis.release(RedisKeys.OWNER, theirs);
        }
        return new Authority.HeldBy("a claim that changes as it is read");
    }

    private boolean take(RedisAdmin redis, String ours) throws RedisAdminException {
        try {
            boolean taken = redis.claim(RedisKeys.OWNER, ours, lifetime);
            if (taken) {
                value = ours;
            }
            return taken;
        } catch (RedisAdminException e) {
            // A full Redis takes no key, not even ours, and may be full because its limit is too low. Nobody owns
            // it, so its settings may be mended first; the next poll writes the claim.
            if (e.failure() instanceof RedisFailure.OutOfMemory && redis.get(RedisKeys.OWNER) == null) {
                return true;
            }
            if (e.failure() instanceof RedisFailure.OutOfMemory) {
                return false;
            }
            throw e;
        }
    }

    /** {@return the original settings that an earlier process of ours left beside the claim} */
    Optional<ActualSettings> recorded(RedisAdmin redis) throws RedisAdminException {
        String held = redis.get(RedisKeys.OWNER);
        return Optional.ofNullable(held)
                .flatMap(Owner::read)
                .filter(owner -> owner.is(cluster, backend))
                .flatMap(owner -> Optional.ofNullable(owner.original()));
    }

    /** {@return whether a backend of the same name, that was created after this one was deleted, has the Redis} */
    boolean isSuccessors(RedisAdmin redis) throws RedisAdminException {
        String held = redis.get(RedisKeys.OWNER);
        return Optional.ofNullable(held)
                .flatMap(Owner::read)
                .filter(owner -> owner.hasNameOf(cluster, backend) && !owner.is(cluster, backend))
                .isPresent();
    }

    /** Gives the Redis up, if it is ours. */
    void release(RedisAdmin redis) throws RedisAdminException {
        String held = value;
        value = null;
        if (held != null) {
            redis.release(RedisKeys.OWNER, held);
        }
    }
}
