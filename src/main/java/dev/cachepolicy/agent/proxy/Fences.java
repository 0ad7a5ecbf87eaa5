package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.fence.FencedWrite;
import dev.cachepolicy.agent.fence.Nonce;
import dev.cachepolicy.agent.fence.Nonces;
import dev.cachepolicy.agent.fence.PendingLoads;
import dev.cachepolicy.agent.policy.Fence;
import java.security.SecureRandom;

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
        loads.begun(read.key(), nonce, read.fencing().fenceTime());
    }

    /** {@return what a SET is, which is about to be sent} */
    FencedWrite write(Fence.Store store) {
        return loads.write(store.key(), store.fencing().fenceTime());
    }
}
