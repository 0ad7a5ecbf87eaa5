package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.config.Heartbeat;
import dev.cachepolicy.config.RedisKeys;
import dev.cachepolicy.redis.RedisAdmin;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.RedisFailure;
import dev.cachepolicy.redis.RedisSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One standing connection to a Redis and what was learnt over it. Every method may find the Redis unavailable, which ends
 * the session. Used by one thread; only being lost and being called come from others.
 */
final class Session implements AutoCloseable {

    /** At most ten looks a second at the heartbeats, however many agents announce at once. */
    private static final Duration COALESCE = Duration.ofMillis(100);

    private static final int POLL_SPREAD = 10;

    private final KeeperContext context;
    private final BackendId backend;
    private final RedisTarget opened;
    private final Signal signal;
    private final SettingsKeeper settings;
    private final Heartbeats heartbeats;
    private final RedisAdmin redis;
    private @Nullable RedisSubscription subscription;

    private volatile boolean lost;
    private volatile boolean announced;

    private Map<Heartbeat.Agent, AgentObservation> agents = Map.of();
    private SettingsKeeper.@Nullable Look look;
    private @Nullable Order followed;
    private Instant nextLook = Instant.MIN;
    private @Nullable Instant listened;
    private @Nullable RedisTarget checked;
    private @Nullable String preflight;

    /** Connects; whether Redis answers is known after the first call. */
    Session(
            KeeperContext context,
            BackendId backend,
            RedisTarget target,
            Signal signal,
            SettingsKeeper settings,
            Heartbeats heartbeats)
            throws RedisAdminException {
        this.context = context;
        this.backend = backend;
        this.opened = target;
        this.signal = signal;
        this.settings = settings;
        this.heartbeats = heartbeats;
        this.redis = context.connections().connect(target.destination(), this::onLost);
        heartbeats.resume(context.time().instant());
    }

    private void onLost() {
        lost = true;
        signal.raise();
    }

    private void onAnnounced() {
        announced = true;
        signal.raise();
    }

    boolean speaksTo(RedisTarget target) {
        return target.endpoint().equals(opened.endpoint());
    }

    /** Renewed certificates are tried at once as well: what they are worth is better known before agents need them. */
    boolean speaksAs(RedisTarget target) {
        return target.destination().equals(opened.destination());
    }

    void checkOpen() throws RedisAdminException {
        if (lost) {
            throw new RedisAdminException(RedisFailure.ConnectionFailed.closed());
        }
    }

    boolean listenDue() {
        return !context.time().instant().isBefore(nextListen());
    }

    private Instant nextListen() {
        if (listened == null) {
            return Instant.MIN;
        }
        return listened.plus(announced ? COALESCE : context.options().heartbeatPoll());
    }

    /** {@return whether the order is new to this session, or the poll's time has come} */
    boolean lookDue(Order current) {
        return !current.equals(followed) || !context.time().instant().isBefore(nextLook);
    }

    private void looked(Order current) {
        followed = current;
        // Keepers that started together do not poll together.
        Duration poll = context.options().poll();
        long early = ThreadLocalRandom.current().nextLong(1 + poll.toMillis() / POLL_SPREAD);
        nextLook = context.time().instant().plus(poll).minusMillis(early);
    }

    /** {@return when there is something to do next, if nothing happens before} */
    Instant nextDue(Order current) {
        return current instanceof Order.Keep && nextListen().isBefore(nextLook) ? nextListen() : nextLook;
    }

    /** Reads the heartbeats, and removes those of agents that are gone. */
    void listen() throws RedisAdminException {
        announced = false;
        String key = RedisKeys.agents(backend.uid());
        try {
            if (listened == null) {
                subscription =
                        context.connections().subscribe(opened.destination(), key, this::onAnnounced, this::onLost);
            }
        } catch (RedisAdminException e) {
            // Without the right to subscribe, a reload is heard of by the poll.
            rethrowUnavailable(e);
        }
        Instant now = context.time().instant();
        listened = now;
        try {
            agents = heartbeats.observe(redis.hash(key), now);
            List<String> silent = heartbeats.silent(now);
            if (!silent.isEmpty()) {
                redis.removeFields(key, silent);
                heartbeats.forget(silent);
            }
        } catch (RedisAdminException e) {
            // Agents that may not be read are not counted; the preflight says why.
            rethrowUnavailable(e);
        }
    }

    private static void rethrowUnavailable(RedisAdminException e) throws RedisAdminException {
        if (e.failure().unavailable()) {
            throw e;
        }
    }

    /** Observes the settings and mends them where that is ours to do. */
    SettingsKeeper.Look look(Order.Keep keep) throws RedisAdminException {
        SettingsKeeper.Look found =
                settings.look(redis, keep.target(), context.time().instant());
        look = found;
        looked(keep);
        return found;
    }

    /** Asks what the users may do: once, and then as long as something is missing. To be called after {@link #look}. */
    void checkRights(RedisTarget target) throws RedisAdminException {
        boolean refused = look != null && look.outcome() instanceof SettingsOutcome.NotPermitted;
        if (!target.equals(checked) || preflight != null || refused) {
            preflight = Preflight.check(redis, backend, target);
            checked = target;
        }
    }

    /** {@return Restored, or Restoring with what stands against it} */
    RedisState restore(Order.Restore order, Instant since) throws RedisAdminException {
        RedisState outcome =
                settings.restore(redis, order, since, context.time().instant());
        looked(order);
        return outcome;
    }

    /** {@return what is known; to be called after {@link #look}} */
    RedisState.Reached reached() {
        SettingsKeeper.Look found = Objects.requireNonNull(look);
        return new RedisState.Reached(
                found.info(), ActualSettings.of(found.info()), found.original(), found.outcome(), preflight, agents);
    }

    void giveUp() throws RedisAdminException {
        settings.giveUp(redis);
    }

    @Override
    public void close() {
        redis.close();
        if (subscription != null) {
            subscription.close();
        }
    }
}
