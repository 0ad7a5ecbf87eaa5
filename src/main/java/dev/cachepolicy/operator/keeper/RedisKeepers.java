package dev.cachepolicy.operator.keeper;

import dev.cachepolicy.redis.RedisConnections;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** One keeper for each backend. No method waits for a Redis; one that never answers costs the others nothing. */
public final class RedisKeepers implements AutoCloseable {

    private final KeeperContext context;
    private final Map<BackendId, Running> keepers = new ConcurrentHashMap<>();

    /** Released, and perhaps still restoring. Guarded by this, as is {@link #closed}. */
    private final Set<Running> leaving = new HashSet<>();

    private boolean closed;

    private record Running(Keeper keeper, Thread thread) {}

    /**
     * @param clusterId uid of the namespace kube-system, which tells clusters apart
     * @param registry where counters and gauges of {@code cachepolicy_backend_*} are kept
     * @param clock for times that people see; durations are measured by the monotonic clock
     */
    public RedisKeepers(
            String clusterId, KeeperListener listener, CollectorRegistry registry, KeeperOptions options, Clock clock) {
        this.context = new KeeperContext(
                clusterId,
                new RedisConnections(options.timeout()),
                listener,
                new KeeperMetrics(registry),
                options,
                new MonotonicTime(clock));
    }

    /** Keeps a backend's Redis as the target says. Idempotent; a changed target is acted on at once. */
    public void keep(BackendId backend, RedisTarget target) {
        keep(backend, target, () -> true);
    }

    /**
     * The same for who may have looked at the backend before it was deleted.
     *
     * @param exists whether it does still; asked while no {@link #release} comes between
     */
    public synchronized void keep(BackendId backend, RedisTarget target, BooleanSupplier exists) {
        if (exists.getAsBoolean()) {
            order(backend, new Order.Keep(target));
        }
    }

    /**
     * Puts the original settings back, for a backend that is being deleted. That is final: nobody has its Redis kept again.
     * Idempotent; {@link #state} is Restoring until it is Restored, and {@link #release} ends it. A backend that does not own its Redis changes nothing.
     */
    public void restore(BackendId backend, RedisTarget target, ActualSettings original) {
        order(backend, new Order.Restore(target, original, null));
    }

    private synchronized void order(BackendId backend, Order order) {
        if (closed) {
            return;
        }
        Running running = keepers.get(backend);
        if (running != null) {
            running.keeper().order(order);
            return;
        }
        Keeper keeper = new Keeper(context, backend, order);
        List<Thread> before = leaving.stream()
                .filter(other -> other.keeper().backend().hasNameOf(backend))
                .map(Running::thread)
                .toList();
        Thread thread = Thread.ofVirtual().name("keeper-" + backend).unstarted(() -> {
            before.forEach(this::awaitEnd);
            keeper.run();
        });
        keepers.put(backend, new Running(keeper, thread));
        thread.start();
    }

    /**
     * A backend that is created anew under its name finds Redis as it was before the one that was deleted. Not waited for
     * much longer than it takes: a Redis that does not answer has neither.
     */
    private void awaitEnd(Thread leaver) {
        try {
            var _ = leaver.join(context.options().timeout().multipliedBy(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return how a backend's Redis stands; Connecting for one that is not kept} */
    public RedisState state(BackendId backend) {
        Running running = keepers.get(backend);
        return running == null ? new RedisState.Connecting() : running.keeper().state();
    }

    /**
     * Stops keeping a backend's Redis and gives it up to other owners. Its settings stay as they are, unless the target
     * says {@link RedisTarget#restoredOnRelease}: then the original ones are put back first, and the listener is told.
     */
    public synchronized void release(BackendId backend) {
        Running running = keepers.remove(backend);
        if (running != null) {
            running.keeper().release();
            leaving.removeIf(other -> !other.thread().isAlive());
            leaving.add(running);
        }
    }

    /** Stops all keepers. Owner keys stay: another replica of the operator goes on with them. */
    @Override
    public void close() {
        List<Running> stopping;
        synchronized (this) {
            closed = true;
            stopping =
                    Stream.concat(keepers.values().stream(), leaving.stream()).toList();
            keepers.clear();
        }
        stopping.forEach(running -> {
            running.keeper().warnOfLast();
            running.keeper().order(new Order.Stop(false));
            running.thread().interrupt();
        });
        try {
            for (Running running : stopping) {
                running.thread().join(context.options().timeout());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        context.connections().close();
    }
}
