package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Fencing;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Loads while Redis does not answer, so that a dead Redis does not become a dead source: of the readers of a key in this pod
 * one gets nil, and the others wait for the value that it sets. Nothing is cached; who comes later loads again.
 *
 * <p>A load has a nonce here, too, which is in no fence of Redis. A value is handed on only if it is certain that it ends
 * this load: an older one, whose value was read before an invalidation, may end at any time. An invalidation of this pod
 * ends all loads of its keys; those of other pods cannot be known. Used on the event loop only.
 */
final class OutageLoads {

    /** A load under way, and who waits for it. */
    private record Load(Nonce nonce, List<OutageRead> readers) {}

    /** Loads that are waited for. Beyond that every reader loads, and nothing that it loads is handed on. */
    private static final int MOST = 5_000;

    private final EventLoop loop;
    private final Map<ByteBuffer, Load> loads = new HashMap<>();

    OutageLoads(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * {@return the nonce of the load that a reader begins, null: another loads, and it must {@link #join}}
     *
     * @param fences gives the nonce
     */
    @Nullable
    Nonce begin(Fence.Read read, Fences fences) {
        Fencing fencing = read.policy().fencing();
        ByteBuffer key = ByteBuffer.wrap(read.key());
        if (!read.waits() || fencing.maxWait().isZero()) {
            return Nonce.NEVER;
        }
        if (loads.containsKey(key)) {
            return null;
        }
        if (loads.size() >= MOST) {
            return Nonce.NEVER;
        }
        Load load = new Load(fences.freshNonce(), new ArrayList<>());
        loads.put(key, load);
        var _ = loop.schedule(() -> over(key, load), fencing.lockTimeout().toNanos(), TimeUnit.NANOSECONDS);
        return load.nonce();
    }

    /** {@return the nonce of the load that a reader waits for, until it leaves} */
    Nonce join(Fence.Read read, OutageRead reader) {
        Load load = loads.get(ByteBuffer.wrap(read.key()));
        if (load == null) {
            return Nonce.NEVER;
        }
        load.readers().add(reader);
        return load.nonce();
    }

    void leave(Fence.Read read, OutageRead reader) {
        Load load = loads.get(ByteBuffer.wrap(read.key()));
        if (load != null) {
            load.readers().remove(reader);
        }
    }

    /**
     * A value was set.
     *
     * @param write what it is taken for
     */
    void stored(byte[] of, FencedWrite write, byte[] value) {
        ByteBuffer key = ByteBuffer.wrap(of);
        Load load = loads.get(key);
        if (load != null && write instanceof FencedWrite.Fill(Nonce nonce) && nonce.equals(load.nonce())) {
            loads.remove(key);
            List.copyOf(load.readers()).forEach(reader -> reader.give(value));
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
            List.copyOf(load.readers()).forEach(OutageRead::again);
        }
    }
}
