package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Fencing;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Loads while Redis does not answer, so that a dead Redis does not become a dead source: of the readers of a key in this pod
 * one gets nil, and the others wait for the value that it sets. Nothing is cached; who comes later loads again.
 *
 * <p>What an invalidation of this pod follows is not given to anybody; those of other pods cannot be known. Used on the
 * event loop only.
 */
final class OutageLoads {

    /** A load under way, and who waits for it. */
    private static final class Load {
        final List<OutageRead> readers = new ArrayList<>();
    }

    /** Loads that are waited for. Beyond that every reader loads. */
    private static final int MOST = 5_000;

    private final EventLoop loop;
    private final Map<ByteBuffer, Load> loads = new HashMap<>();

    OutageLoads(EventLoop loop) {
        this.loop = loop;
    }

    /** {@return whether the reader is the one that loads} Otherwise it must {@link #join}. */
    boolean begins(Fence.Read read) {
        Fencing fencing = read.policy().fencing();
        if (!read.waits() || fencing.maxWait().isZero()) {
            return true;
        }
        ByteBuffer key = ByteBuffer.wrap(read.key());
        if (loads.containsKey(key)) {
            return false;
        }
        if (loads.size() >= MOST) {
            return true;
        }
        Load load = new Load();
        loads.put(key, load);
        var _ = loop.schedule(() -> over(key, load), fencing.lockTimeout().toNanos(), TimeUnit.NANOSECONDS);
        return true;
    }

    /** A reader waits for the load of another, until it leaves. */
    void join(Fence.Read read, OutageRead reader) {
        Load load = loads.get(ByteBuffer.wrap(read.key()));
        if (load != null) {
            load.readers.add(reader);
        }
    }

    void leave(Fence.Read read, OutageRead reader) {
        Load load = loads.get(ByteBuffer.wrap(read.key()));
        if (load != null) {
            load.readers.remove(reader);
        }
    }

    /** A load has ended with a value. */
    void stored(byte[] key, byte[] value) {
        Load load = loads.remove(ByteBuffer.wrap(key));
        if (load != null) {
            List.copyOf(load.readers).forEach(reader -> reader.give(value));
        }
    }

    /** What is being loaded may be stale by now. */
    void lifted(List<byte[]> keys) {
        for (byte[] of : keys) {
            ByteBuffer key = ByteBuffer.wrap(of);
            Load load = loads.get(key);
            if (load != null) {
                over(key, load);
            }
        }
    }

    /** The next of those who wait loads. */
    @SuppressWarnings("ReferenceEquality") // another load of the key may have begun
    private void over(ByteBuffer key, Load load) {
        if (loads.get(key) == load) {
            loads.remove(key);
            List.copyOf(load.readers).forEach(OutageRead::again);
        }
    }
}
