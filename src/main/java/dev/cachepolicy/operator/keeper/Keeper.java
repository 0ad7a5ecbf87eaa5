package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.operator.keeper.SettingsPlan.Change;
import dev.cachepolicy.redis.RedisAdminException;
import dev.cachepolicy.redis.RedisFailure;
import dev.cachepolicy.tls.TlsFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor behind one backend, on a virtual thread of its own. Everything but the two volatile fields belongs to that
 * thread; an order, a lost connection and an agent's announcement only raise the signal that wakes it.
 */
final class Keeper implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final KeeperContext context;
    private final BackendId backend;
    private final Signal signal = new Signal();
    private final SettingsKeeper settings;
    private final Heartbeats heartbeats;
    private final Backoff backoff;

    private volatile Order order;
    private volatile RedisState state;

    private RedisState.@Nullable Reached last;
    private @Nullable Instant failingSince;
    private @Nullable Order finished;

    Keeper(KeeperContext context, BackendId backend, Order order) {
        KeeperOptions options = context.options();
        this.context = context;
        this.backend = backend;
        this.order = order;
        this.settings = new SettingsKeeper(
                new Ownership(context.clusterId(), backend, options.claim()),
                new SettingsPlan.Patience(options.corrections(), options.contention()));
        this.heartbeats = new Heartbeats(options.liveness(), options.trim());
        this.backoff = new Backoff(options, RandomGenerator.getDefault());
        this.state = order instanceof Order.Restore
                ? new RedisState.Restoring(context.time().instant(), null)
                : new RedisState.Connecting();
    }

    /** One caller at a time. */
    void order(Order next) {
        boolean over = order instanceof Order.Restore && next instanceof Order.Keep;
        if (!over && !next.equals(order)) {
            order = next;
            signal.raise();
        }
    }

    /** Ends the keeper, after it has put the original settings back if its target says so. One caller at a time. */
    void release() {
        order(order.onRelease(now().plus(context.options().farewell())));
    }

    /** The process ends, and with it what no other process knows of. */
    void warnOfLast() {
        if (order instanceof Order.Restore restore && restore.isLast() && !(state instanceof RedisState.Restored)) {
            LOG.warn(
                    "{}: ended before {} had its original settings again; set by hand: maxmemory {}, maxmemory-policy {}",
                    backend,
                    restore.target().endpoint(),
                    restore.original().maxMemory(),
                    restore.original().evictionPolicy());
        }
    }

    BackendId backend() {
        return backend;
    }

    /** From any thread. */
    RedisState state() {
        return state;
    }

    @Override
    public void run() {
        try {
            while (order instanceof Order.Standing current) {
                if (isOver(current)) {
                    return;
                }
                if (current.equals(finished)) {
                    awaitOtherThan(current, Duration.ofDays(1));
                } else {
                    attempt(current);
                }
            }
        } finally {
            context.metrics().removed(backend);
        }
    }

    private void attempt(Order.Standing current) {
        try (Session session = new Session(context, backend, current.target(), signal, settings, heartbeats)) {
            serve(session);
        } catch (RedisAdminException e) {
            retryLater(current, e.failure());
        } catch (RuntimeException e) {
            // A mistake of ours must not end the keeper without a word.
            LOG.error("{}: unexpected", backend, e);
            retryLater(
                    current, new RedisFailure.Other("unexpected " + e.getClass().getSimpleName()));
        }
    }

    /**
     * Says what failed and waits, unless an order came meanwhile that it says nothing about: one for another Redis, or as
     * another user, is tried at once.
     *
     * @param tried the order whose connection failed
     */
    private void retryLater(Order.Standing tried, RedisFailure failure) {
        if (order instanceof Order.Standing current && sameConnection(current.target(), tried.target())) {
            failed(current, failure);
            awaitOtherThan(current, backoff.next(failure));
        }
    }

    private static boolean sameConnection(RedisTarget one, RedisTarget other) {
        return one.destination().equals(other.destination());
    }

    /** Waits although the signal is raised: a connection that closes late must not cut a backoff short. */
    private void awaitOtherThan(Order current, Duration atMost) {
        Instant end = now().plus(atMost);
        while (order.equals(current) && now().isBefore(end)) {
            signal.await(Duration.between(now(), end));
        }
    }

    /** Follows orders as long as this session is the right one for them. */
    private void serve(Session session) throws RedisAdminException {
        Instant opened = now();
        while (order instanceof Order.Standing current
                && session.speaksTo(current.target())
                && !current.isOverdue(now())) {
            if (!session.speaksAs(current.target())) {
                return;
            }
            session.checkOpen();
            switch (current) {
                case Order.Keep keep -> keep(session, keep);
                case Order.Restore restore -> restore(session, restore);
            }
            if (current.equals(finished)) {
                return;
            }
            // A connection that never lasts is as bad as none.
            if (now().isAfter(opened.plus(context.options().heartbeatPoll()))) {
                backoff.succeeded();
            }
            signal.await(Duration.between(now(), session.nextDue(current)));
        }
        if (!(order instanceof Order.Stop(boolean giveUp)) || giveUp) {
            session.giveUp();
        }
    }

    private void keep(Session session, Order.Keep keep) throws RedisAdminException {
        boolean listens = session.listenDue();
        boolean looks = session.lookDue(keep);
        if (looks) {
            tell(session.look(keep));
            session.checkRights(keep.target());
        }
        if (listens) {
            session.listen();
        }
        if (listens || looks) {
            reached(session.reached());
        }
    }

    private void restore(Session session, Order.Restore restore) throws RedisAdminException {
        if (session.lookDue(restore)) {
            RedisState outcome = session.restore(restore, restoringSince());
            if (outcome instanceof RedisState.Restored) {
                finished = restore;
            }
            publish(outcome);
        }
    }

    /** {@return whether nothing is left to do for a backend that is gone; the listener has been told then} */
    private boolean isOver(Order.Standing current) {
        if (!(current instanceof Order.Restore restore) || !restore.isLast()) {
            return false;
        }
        if (restore.equals(finished) && state instanceof RedisState.Restored(String message)) {
            tell(listener -> listener.restored(backend, message));
            return true;
        }
        if (restore.isOverdue(now())) {
            tell(listener -> listener.abandoned(backend, restore.original()));
            return true;
        }
        return false;
    }

    private Instant restoringSince() {
        return state instanceof RedisState.Restoring(Instant since, var _) ? since : now();
    }

    private void reached(RedisState.Reached reached) {
        if (!(state instanceof RedisState.Reached)) {
            LOG.info(
                    "{}: reached {} {}",
                    backend,
                    reached.info().product(),
                    reached.info().version());
        }
        last = reached;
        failingSince = null;
        context.metrics().reached(backend, reached);
        publish(reached);
    }

    private void failed(Order.Standing current, RedisFailure failure) {
        if (current.isLast()) {
            context.metrics().removed(backend);
        } else {
            context.metrics().unreachable(backend);
        }
        if (failingSince == null) {
            failingSince = now();
            LOG.warn("{}: {}: {}", backend, current.target().endpoint(), failure.message());
        }
        publish(
                current instanceof Order.Restore
                        ? new RedisState.Restoring(
                                restoringSince(), current.target().endpoint() + ": " + failure.message())
                        : new RedisState.Unreachable(reason(failure), failure.message(), failingSince, last));
    }

    private static RedisState.Reason reason(RedisFailure failure) {
        return switch (failure) {
            case RedisFailure.ConnectionFailed _ -> RedisState.Reason.ConnectionFailed;
            case RedisFailure.TlsFailed(var kind, String _) -> reason(kind);
            case RedisFailure.TimedOut _ -> RedisState.Reason.Timeout;
            case RedisFailure.WrongPassword _ -> RedisState.Reason.WrongPassword;
            case RedisFailure.NotPermitted _ -> RedisState.Reason.NotPermitted;
            case RedisFailure.Loading _ -> RedisState.Reason.Loading;
            case RedisFailure.UnknownCommand _,
                    RedisFailure.UnknownUser _,
                    RedisFailure.OutOfMemory _,
                    RedisFailure.Other _ -> RedisState.Reason.Other;
        };
    }

    private static RedisState.Reason reason(TlsFailure.Kind kind) {
        return switch (kind) {
            case ServerUntrusted -> RedisState.Reason.ServerCertificateUntrusted;
            case ServerExpired -> RedisState.Reason.ServerCertificateExpired;
            case ServerName -> RedisState.Reason.ServerNameMismatch;
            case ClientRefused -> RedisState.Reason.ClientCertificateRefused;
            case NoAnswer -> RedisState.Reason.Timeout;
            case NotTls -> RedisState.Reason.NotTLS;
            case Other -> RedisState.Reason.TLSFailed;
        };
    }

    private void tell(SettingsKeeper.Look look) {
        for (Change change : look.corrected()) {
            LOG.warn("{}: {} had become {}, set to {}", backend, change.parameter(), change.found(), change.value());
            context.metrics().corrected(backend, change.parameter());
            tell(listener -> listener.corrected(backend, change.parameter(), change.found(), change.value()));
        }
        for (String parameter : look.contended()) {
            LOG.warn("{}: another program keeps changing {}; it is left alone", backend, parameter);
            tell(listener -> listener.contended(backend, parameter));
        }
    }

    private void publish(RedisState next) {
        RedisState before = state;
        state = next;
        if (Visible.differs(before, next)) {
            tell(listener -> listener.changed(backend));
        }
    }

    private void tell(Consumer<KeeperListener> news) {
        try {
            news.accept(context.listener());
        } catch (RuntimeException e) {
            LOG.error("{}: the listener failed", backend, e);
        }
    }

    private Instant now() {
        return context.time().instant();
    }
}
