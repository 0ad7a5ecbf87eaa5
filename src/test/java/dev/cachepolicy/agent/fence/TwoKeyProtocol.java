package dev.cachepolicy.agent.fence;

import java.util.ArrayList;
import java.util.List;

/**
 * A protocol that looks right and is not, to show that the models find it out: a lease in one key, in another a mark that an
 * invalidation changes, and a pod that remembers its last nil only.
 */
final class TwoKeyProtocol implements Protocol<TwoKeyProtocol.Keys, TwoKeyProtocol.Nil> {

    /** Zero for a key that is not there. */
    record Keys(int lease, int mark) {}

    /**
     * @param mark what the mark was
     */
    record Nil(int mark, int token) {

        static final Nil NONE = new Nil(-1, 0);
    }

    @Override
    public Keys noFence() {
        return new Keys(0, 0);
    }

    @Override
    public Nil knowsNothing() {
        return Nil.NONE;
    }

    @Override
    public Nil restarted() {
        return Nil.NONE;
    }

    @Override
    public Missed<Keys> miss(Keys keys, Nil pod, int fresh) {
        return keys.lease == 0
                ? new Missed<>(new Keys(fresh, keys.mark), true, keys.mark, fresh)
                : new Missed<>(keys, false, keys.mark, 0);
    }

    @Override
    public Nil begun(Nil pod, int nonce, int token) {
        return new Nil(nonce, token);
    }

    @Override
    public Written<Keys, Nil> write(int key, Keys keys, Nil pod, int value) {
        if (pod.equals(Nil.NONE)) {
            return new Written<>(value, new Keys(0, keys.mark + 1), pod, "store", List.of(), true);
        }
        if (pod.mark != keys.mark) {
            return new Written<>(0, keys, Nil.NONE, "void", List.of(), false);
        }
        int lease = keys.lease == pod.token ? 0 : keys.lease;
        return new Written<>(value, new Keys(lease, keys.mark), Nil.NONE, "OK", List.of(), true);
    }

    @Override
    public Written<Keys, Nil> delete(int key, Keys keys, Nil pod, int fresh) {
        return new Written<>(0, new Keys(0, fresh), pod, "", List.of(), false);
    }

    @Override
    public List<Fate<Keys>> fates(Keys keys, boolean mayBeLost) {
        List<Fate<Keys>> fates = new ArrayList<>();
        if (keys.lease != 0) {
            fates.add(new Fate<>("the lease expires", new Keys(0, keys.mark)));
        }
        if (keys.mark != 0 && mayBeLost) {
            fates.add(new Fate<>("the mark is evicted", new Keys(keys.lease, 0)));
        }
        return fates;
    }

    @Override
    public Nil forgets(Nil pod) {
        return pod;
    }
}
