package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Invalidation;
import dev.cachepolicy.agent.policy.Rules;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets commands through to Redis when nothing is owed to it (see {@link Invalidations}), and pays what is.
 *
 * <p>Every command of every client passes here, whichever connection it takes. While Redis is down nobody passes, and
 * when it is found to be back what is owed comes first. A connection that is lost while Redis is there leaves a debt of a
 * few keys: clients are held for the round trip that removing them takes. What takes longer (all keys of some policies, or
 * a Redis that refuses) holds nobody: keys of policies that fail open are then treated as while Redis is down, except that
 * a SET or DEL goes to Redis.
 *
 * <p>Replays run on the backend's event loop, one at a time.
 */
final class ReplayGate {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayGate.class);

    /** Between attempts that Redis refuses, and between looks whether another backend has made its own. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration LOOK = Duration.ofMillis(20);

    /** How a command may pass. */
    sealed interface Passage {}

    /** Nothing is in its way. */
    record Open() implements Passage {}

    /** Unless it concerns a policy that fails open, and is no write that can be remembered. */
    record Selective(UpstreamFailure failure) implements Passage {}

    /** Not yet: its client is resumed. */
    record Held() implements Passage {}

    /** Not at all. */
    record Shut(UpstreamFailure failure) implements Passage {}

    private static final Open OPEN = new Open();
    private static final Held HELD = new Held();
    private static final Selective SELECTIVE = new Selective(new UpstreamFailure(
            UpstreamFailure.Kind.Lost, "what was written while it was away is still being invalidated there"));

    private final Backend backend;
    private final Invalidations invalidations;
    private final EventLoop loop;
    private final Set<ReplyRouter> held = ConcurrentHashMap.newKeySet();
    private @Nullable Replay replay;
    private @Nullable String refusal;
    private boolean looking;

    ReplayGate(Backend backend, Invalidations invalidations, EventLoop loop) {
        this.backend = backend;
        this.invalidations = invalidations;
        this.loop = loop;
    }

    /** {@return how the next command may pass} */
    Passage passage() {
        Invalidations.State state = invalidations.state();
        if (state instanceof Invalidations.Settled) {
            return OPEN;
        }
        UpstreamFailure down = backend.down();
        if (down != null) {
            return new Shut(down);
        }
        return state.isLong() ? SELECTIVE : HELD;
    }

    /** Resumes a client that is held, when it may pass or be answered. */
    void await(ReplyRouter client) {
        held.add(client);
        loop.execute(this::work);
    }

    /** A write is about to be answered in Redis's place. */
    void remember(Invalidation write, Rules rules, @Nullable String address) {
        invalidations.remember(write, rules, address);
        loop.execute(this::work);
    }

    /** Something may have changed. On the loop. */
    void work() {
        if (!backend.isClosed() && backend.down() == null) {
            pay();
        }
        if (backend.isClosed() || !(passage() instanceof Held)) {
            release();
        } else if (replay == null && !looking) {
            // A backend before this one is at it, and will not tell.
            looking = true;
            var _ = loop.schedule(this::look, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        looking = false;
        work();
    }

    /** Redis is there again. {@return whether the backend hears of what comes of paying it what is owed} */
    boolean pays() {
        pay();
        return replay != null;
    }

    /** The backend is replaced. What is owed stays. */
    void close() {
        if (replay != null) {
            replay.abandon();
        }
        release();
    }

    private void release() {
        List<ReplyRouter> released = List.copyOf(held);
        released.forEach(client -> {
            held.remove(client);
            client.released();
        });
    }

    private void pay() {
        if (replay != null) {
            return;
        }
        Remembered owed = invalidations.begin();
        if (owed != null) {
            replay = new Replay(owed, loop, this::ended);
            replay.start(backend);
        }
    }

    private void ended(Replay.Outcome outcome) {
        replay = null;
        switch (outcome) {
            case Replay.Done _ -> {
                refusal = null;
                invalidations.acknowledged();
                backend.answers();
            }
            case Replay.Refused(String error) -> {
                refused(error);
                return;
            }
            case Replay.Cut(UpstreamFailure failure) -> {
                invalidations.interrupted(false);
                backend.replayFailed(failure);
            }
        }
        work();
    }

    private void refused(String error) {
        if (!error.equals(refusal)) {
            LOG.warn(
                    "Redis {} does not remove keys that were written while it was away, so their reads stay misses: {}",
                    backend.endpoint(),
                    error);
        }
        refusal = error;
        invalidations.interrupted(true);
        backend.answers();
        release();
        var _ = loop.schedule(this::work, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
