package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Nonces;
import dev.cachepolicy.agent.fence.PendingLoads;
import dev.cachepolicy.agent.policy.Fence;
import dev.cachepolicy.agent.policy.Fencing;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What a listener knows of the loads in its pod. It outlives backends, as the applications' loads do. Used by all event loops. */
final class Fences {

    private final PendingLoads loads;
    private final Nonces nonces = new Nonces(new SecureRandom());

    /**
     * @param maxBytes of heap for what is known, roughly
     * @param restarted whether nils may have been given here before this process began
     */
    Fences(long maxBytes, boolean restarted) {
        this.loads = new PendingLoads(System::nanoTime, maxBytes, restarted);
    }

    /** {@return a nonce for a load that may begin} */
    Nonce freshNonce() {
        return nonces.fresh();
    }

    /** A reader is about to be given a nil; its load is the one with this nonce. */
    void begun(Fence.Read read, Nonce nonce) {
        begun(read.key(), read.fencing(), nonce);
    }

    private void begun(byte[] key, Fencing fencing, Nonce nonce) {
        loads.begun(key, nonce, fencing.fenceTime());
    }

    /** A reader is about to be given a nil, or may be, and nothing that it loads may be stored. */
    void begunInVain(@Nullable Fence fence) {
        switch (fence) {
            case Fence.Read read -> begun(read, Nonce.NEVER);
            case Fence.ReadAll all -> {
                for (int i = 0; i < all.keys().size(); i++) {
                    begun(all, i, Nonce.NEVER);
                }
            }
            case Fence.Lift _, Fence.Store _, Fence.StoreAll _ -> {}
            case null -> {}
        }
    }

    /** The same of one of several keys, if it has a fence. */
    void begun(Fence.ReadAll all, int index, Nonce nonce) {
        Fencing fencing = all.fencings().get(index);
        if (fencing != null) {
            begun(all.keys().get(index), fencing, nonce);
        }
    }

    /** {@return what a SET is, which is about to be sent} */
    FencedWrite write(Fence.Store store) {
        return write(store.key(), store.fencing());
    }

    /** {@return what a SET of a key is, which is about to be sent} */
    FencedWrite write(byte[] key, Fencing fencing) {
        return loads.write(key, fencing.fenceTime());
    }
}
