package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.operator.model.RedisSettings;
import dev.cachepolicy.redis.Destination;
import dev.cachepolicy.redis.RedisCredentials;
import dev.cachepolicy.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * How a backend wants its Redis.
 *
 * @param endpoint {@code host:port}
 * @param admin the operator's own user; null: the default user without a password
 * @param tls null: connections are not protected
 * @param agentUser the agents' user, of whom it is checked what it may do; null: not checked
 * @param fenced whether agents keep leases in it
 * @param settings what is wanted; an absent one is left alone
 * @param managed false: differences are reported and nothing is ever written (Observe)
 * @param original the settings found at first contact, as {@link RedisState.Reached#original} reported them and the
 *     status keeps them; null: there was no contact yet
 * @param restoredOnRelease whether {@link RedisKeepers#release} puts the original settings back
 */
public record RedisTarget(
        String endpoint,
        @Nullable RedisCredentials admin,
        @Nullable ClientTls tls,
        @Nullable String agentUser,
        boolean fenced,
        RedisSettings settings,
        boolean managed,
        @Nullable ActualSettings original,
        boolean restoredOnRelease) {

    /** {@return which Redis to speak to, and how} */
    Destination destination() {
        return new Destination(endpoint, admin, tls);
    }
}
