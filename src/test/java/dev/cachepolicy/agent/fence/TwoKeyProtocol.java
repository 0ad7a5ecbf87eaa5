package dev.cachepolicy.agent.fence;

import dev.cachepolicy.agent.fence.FencedWrite.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that looks right and is not, to show that the models find it out: a lease in one key, in another a mark that an
 * invalidation changes, and a pod that remembers its last nil only.
 */
final class TwoKeyProtocol implements Protocol<TwoKeyProtocol.Keys, TwoKeyProtocol.Nil> {

    /** Zero for a key that is not there. */
    record Keys(int lease, int mark) {}

    /**
     * @param mark what the mark was
     * @param old whether it is older than fenceTime
     */
    record Nil(int mark, int token, boolean old) {

        static final Nil NONE = new Nil(-1, 0, false);
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
    public Missed<Keys> miss(Keys keys, int fresh) {
        return keys.lease == 0
                ? new Missed<>(new Keys(fresh, keys.mark), true, keys.mark, fresh)
                : new Missed<>(keys, false, keys.mark, 0);
    }

    @Override
    public Nil begun(Nil pod, int nonce, int token) {
        return new Nil(nonce, token, false);
    }

    @Override
    public Written<Keys, Nil> write(int key, Keys keys, Nil pod, int value) {
        if (pod.equals(Nil.NONE)) {
            return new Written<>(value, new Keys(0, keys.mark + 1), pod, "store", List.of(), true);
        }
        if (pod.old || pod.mark != keys.mark) {
            return new Written<>(0, keys, Nil.NONE, "void", List.of(), false);
        }
        int lease = keys.lease == pod.token ? 0 : keys.lease;
        return new Written<>(value, new Keys(lease, keys.mark), Nil.NONE, "OK", List.of(), true);
    }

    @Override
    public @Nullable List<Step> invalidation() {
        return null;
    }

    @Override
    public Keys invalidated(Keys keys, int fresh) {
        return new Keys(0, fresh);
    }

    @Override
    public List<Fate<Keys, Nil>> fates(Keys keys, List<Nil> pods, boolean fenceMayBeLost) {
        List<Fate<Keys, Nil>> fates = new ArrayList<>();
        if (keys.lease != 0) {
            fates.add(new Fate<>("the lease expires", new Keys(0, keys.mark), pods));
        }
        if (keys.mark != 0 && fenceMayBeLost) {
            fates.add(new Fate<>("the mark is evicted", new Keys(keys.lease, 0), pods));
        }
        return fates;
    }

    @Override
    public boolean podsForget() {
        return false;
    }
}
