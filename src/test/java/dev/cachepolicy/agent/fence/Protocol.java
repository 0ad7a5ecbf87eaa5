package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.util.List;

/**
 * What {@link LeaseModel} lets vary: the protocol itself.
 *
 * @param <F> what Redis keeps beside the key
 * @param <P> what a pod knows
 */
interface Protocol<F, P> {

    F noFence();

    P knowsNothing();

    /** {@return what a pod knows after a restart of its agent} */
    P restarted();

    /** What a reader's miss gives it: the lease or only a nonce. */
    record Missed<F>(F fence, boolean leased, int nonce, int token) {}

    Missed<F> miss(F fence, int fresh);

    P begun(P pod, int nonce, int token);

    /**
     * An unconditional SET as the pod carries it out.
     *
     * @param rest commands still to come, if it is none that is done at once
     * @param stores whether the value is stored, now or by the commands to come
     */
    record Written<F, P>(int key, F fence, P pod, String what, List<Step> rest, boolean stores) {}

    Written<F, P> write(int key, F fence, P pod, int value);

    /** The same of a DEL. */
    Written<F, P> delete(int key, F fence, P pod, int fresh);

    /** Something that may happen at any time to what Redis keeps beside the key. */
    record Fate<F>(String label, F fence) {}

    List<Fate<F>> fates(F fence, boolean mayBeLost);

    /** {@return whether a pod forgets when fenceTime has passed since its last nil} */
    boolean podsForget();
}
