package dev.cachepolicy.redis;

/** Redis did not do what it was asked; {@link #failure} says why. Never has a cause, whose text might hold arguments. */
public final class RedisAdminException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient RedisFailure failure;

    public RedisAdminException(RedisFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public RedisFailure failure() {
        return failure;
    }
}
