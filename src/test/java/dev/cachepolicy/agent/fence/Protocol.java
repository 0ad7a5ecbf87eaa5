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

    Missed<F> miss(F fence, P pod, int fresh);

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

    /** Something that may happen at any time, and what there is after it. */
    record Fate<T>(String label, T after) {}

    /** {@return what may happen to what Redis keeps beside the key} */
    List<Fate<F>> fates(F fence, boolean mayBeLost);

    /** {@return what a pod knows when fenceTime has passed since the last nil that it counted} */
    P forgets(P pod);

    /** {@return whether a pod counts the nils that it gives} */
    default boolean counts(P pod) {
        return true;
    }

    /**
     * Something that may happen at any time to what a pod knows.
     *
     * @param uncounted whether a load is out in the pod that began with a nil that was not counted
     */
    default List<Fate<P>> podFates(P pod, boolean uncounted) {
        return List.of();
    }

    /** {@return whether an invalidation that is sent now must be kept} */
    default boolean promises(List<P> pods) {
        return true;
    }
}
