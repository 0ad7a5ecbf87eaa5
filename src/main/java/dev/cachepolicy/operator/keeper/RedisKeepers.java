package dev.cachepolicy.operator.keeper;

import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One keeper for each backend. No method blocks; a Redis that never answers costs the others nothing. */
public final class RedisKeepers implements AutoCloseable {

    private final Map<BackendId, RedisState> states = new ConcurrentHashMap<>();

    /**
     * @param clusterId uid of the namespace kube-system, which tells clusters apart
     * @param registry where counters and gauges of {@code cachepolicy_backend_*} are kept
     * @param clock for times that people see; durations are measured by the monotonic clock
     */
    public RedisKeepers(
            String clusterId,
            KeeperListener listener,
            CollectorRegistry registry,
            KeeperOptions options,
            Clock clock) {}

    /** Keeps a backend's Redis as the target says. Idempotent; a changed target is acted on at once. */
    public void keep(BackendId backend, RedisTarget target) {
        states.put(backend, new RedisState.Connecting());
    }

    /** {@return how a backend's Redis stands; Connecting for one that is not kept} */
    public RedisState state(BackendId backend) {
        return states.getOrDefault(backend, new RedisState.Connecting());
    }

    /** Stops keeping a backend's Redis and gives it up to other owners; its settings stay as they are. */
    public void release(BackendId backend) {
        states.remove(backend);
    }

    /**
     * Puts the original settings back, for a backend that is being deleted. Idempotent; {@link #state} is Restoring until
     * it is Restored, and {@link #release} ends it.
     */
    public void restore(BackendId backend, RedisTarget target, ActualSettings original) {
        states.put(backend, new RedisState.Restoring(Clock.systemUTC().instant(), null));
    }

    /** Stops all keepers. Owner keys stay: another replica of the operator goes on with them. */
    @Override
    public void close() {
        states.clear();
    }
}
