package dev.cachepolicy.agent.fence;

import java.util.ArrayList;
import java.util.List;

/**
 * What a pod knows of the loads of one key, and what it makes of the key's next write.
 *
 * <p>An application says neither that it begins a load nor that it ends one: it gets a nil, and some time later a SET comes,
 * on any connection of its pool. A nil is therefore counted when it is given, with the nonce that the key's fence had, and
 * a SET is taken for the end of one of the loads that are out. Which of them cannot be told. So where their nonces
 * differ none is used and the fill is void; and a SET when all have ended, but one was out within {@code fenceTime},
 * is either an update or a load that ended twice, and the key is removed. Only where this pod gave no nil within
 * {@code fenceTime} a SET is an update for certain, and stored.
 *
 * <p>Void means that the key is removed, never that the write is dropped: it may have been an update, and an old value would stay.
 *
 * <p>Forgetting is the owner's: an entry after {@code fenceTime}, the whole when {@code fenceTime} has passed since the last nil.
 *
 * @param pending nonces of the nils given, the newest last, without those whose SET has come
 * @param forgotten whether nils may have been given that are not counted here: after a restart, or an overflow
 * @param recent whether a nil was given within {@code fenceTime}, its SET come or not
 */
public record Loads(List<Nonce> pending, boolean forgotten, boolean recent) {

    /** No nil was given within {@code fenceTime}. */
    public static final Loads NONE = new Loads(List.of(), false, false);

    /** Nothing is known of the last {@code fenceTime}. */
    public static final Loads UNKNOWN = new Loads(List.of(), true, true);

    public Loads {
        pending = List.copyOf(pending);
    }

    /** {@return these loads and one more, whose nil is about to be given to the application} */
    public Loads begun(Nonce nonce) {
        List<Nonce> more = new ArrayList<>(pending);
        more.add(nonce);
        return new Loads(more, forgotten, true);
    }

    /** {@return what the key's next unconditional SET is} */
    public FencedWrite write() {
        if (forgotten) {
            return FencedWrite.UNEXPLAINED;
        }
        if (!pending.isEmpty()) {
            Nonce newest = pending.getLast();
            boolean agree = pending.stream().allMatch(newest::equals);
            return new FencedWrite.Fill(agree ? newest : Nonce.NEVER);
        }
        return recent ? FencedWrite.UNEXPLAINED : FencedWrite.STORE;
    }

    /** {@return what is left after {@link #write}: the newest load is taken for the one that ended} */
    public Loads written() {
        return pending.isEmpty() ? this : new Loads(pending.subList(0, pending.size() - 1), forgotten, recent);
    }
}
