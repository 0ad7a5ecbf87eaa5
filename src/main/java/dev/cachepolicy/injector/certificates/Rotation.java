package dev.cachepolicy.injector.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What to do next with the certificates. Each is replaced when a third of its life is left.
 *
 * <p>The API server must never meet a certificate that it does not trust yet, and learns of a new authority only from
 * the webhook configurations. So a new authority takes three steps, each of which leaves a state in which every replica,
 * old or new, is trusted:
 *
 * <ol>
 *   <li>the authority is made and put into the bundle beside the old one; the serving certificate stays;
 *   <li>when the bundle has been published for {@link #SETTLE}, a serving certificate of the new authority is issued;
 *   <li>when that has been there for {@link #OVERLAP}, so that all replicas show it, the old authority leaves the bundle.
 * </ol>
 *
 * <p>The state is the Secret's content alone: a replica that stops between two steps is followed by any other.
 */
enum Rotation {
    KEEP,
    NEW_AUTHORITY,
    NEW_SERVING,
    DROP_EARLIER;

    /** Time for API servers to see a changed webhook configuration. */
    static final Duration SETTLE = Duration.ofSeconds(10);

    /** Time for all replicas to take a changed Secret, which they read every minute. */
    static final Duration OVERLAP = Duration.ofHours(1);

    /**
     * Decides, without any effect.
     *
     * @param hosts that the serving certificate must be for
     * @param settled whether the identity's bundle has been published for {@link #SETTLE}
     */
    static Rotation next(WebhookIdentity identity, Set<String> hosts, Instant now, boolean settled) {
        if (identity.authority().isDue(now)) {
            return NEW_AUTHORITY;
        }
        if (!identity.isServingSignedByAuthority()) {
            return settled || identity.serving().isExpired(now) ? NEW_SERVING : KEEP;
        }
        if (identity.serving().isDue(now) || !identity.covers(hosts)) {
            return NEW_SERVING;
        }
        Instant issued = identity.serving().certificate().getNotBefore().toInstant();
        return !identity.earlier().isEmpty() && now.isAfter(issued.plus(OVERLAP)) ? DROP_EARLIER : KEEP;
    }

    /** {@return the identity after this step} */
    WebhookIdentity apply(WebhookIdentity identity, Issuer issuer, Instant now) {
        return switch (this) {
            case KEEP -> identity;
            case NEW_AUTHORITY -> identity.withAuthority(issuer.authority(now));
            case NEW_SERVING -> identity.withServing(issuer.serving(identity.authority(), now));
            case DROP_EARLIER -> identity.withoutEarlier();
        };
    }
}
