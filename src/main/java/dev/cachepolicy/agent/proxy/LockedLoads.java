package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.Nonce;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads for which a client has taken a lock of its own, as programs do that looked after themselves before: nil, {@code SET
 * lock NX}, and another look before they load. Who looks so must not wait for the load that it is about to begin.
 *
 * <p>By the lock they are told from other readers on one connection, who do wait for each other's loads. Used on the client's
 * event loop only.
 */
final class LockedLoads {

    /** A program has one at a time; one that sends everything over one connection may have some. */
    private static final int MOST = 4;

    /** Nils that were given under a lease of this client's, with no lock since. */
    private final Map<ByteBuffer, Nonce> nils = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Nonce> eldest) {
            return size() > MOST;
        }
    };

    private final Map<ByteBuffer, Nonce> locked = new HashMap<>();

    /** The client was given nil, and has the lease. */
    void nil(byte[] key, Nonce nonce) {
        nils.put(ByteBuffer.wrap(key), nonce);
    }

    /** It sends what may be its lock. */
    void locks() {
        if (locked.size() + nils.size() > MOST) {
            locked.clear();
        }
        locked.putAll(nils);
        nils.clear();
    }

    /** {@return whether the load under way is this client's, and locked} */
    boolean isOne(byte[] key, Nonce nonce) {
        return nonce.equals(locked.get(ByteBuffer.wrap(key)));
    }
}
