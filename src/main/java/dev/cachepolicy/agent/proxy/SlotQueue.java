package dev.cachepolicy.agent.proxy;

import dev.cachepolicy.agent.policy.Observation;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The replies that are due on a connection, in order, each with the one who gets it, who else watches it, and when its
 * command came. Adding and taking allocate nothing.
 */
final class SlotQueue {

    private static final int INITIAL = 16;

    private @Nullable ReplySlot[] slots = new @Nullable ReplySlot[INITIAL];
    private @Nullable ReplyTarget[] targets = new @Nullable ReplyTarget[INITIAL];
    private @Nullable Observation[] observations = new @Nullable Observation[INITIAL];
    private long[] arrivals = new long[INITIAL];
    private int head;
    private int size;

    /** A reply that does not come. */
    interface Drained {

        void slot(ReplySlot slot, ReplyTarget target, @Nullable Observation observation);
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** @param arrival when the command came, in {@link System#nanoTime} */
    void add(ReplySlot slot, ReplyTarget target, @Nullable Observation observation, long arrival) {
        if (size == slots.length) {
            grow();
        }
        int tail = head + size & slots.length - 1;
        slots[tail] = slot;
        targets[tail] = target;
        observations[tail] = observation;
        arrivals[tail] = arrival;
        size++;
    }

    /** {@return the slot of the next reply, null: none is due} */
    @Nullable
    ReplySlot slot() {
        return slots[head];
    }

    /** {@return who gets the next reply, null: none is due} */
    @Nullable
    ReplyTarget target() {
        return targets[head];
    }

    /** {@return the policy's interest in the next reply, null: there is none} */
    @Nullable
    Observation observation() {
        return observations[head];
    }

    /** {@return when the command of the next reply came} */
    long arrival() {
        return arrivals[head];
    }

    /** The next reply has come. */
    void remove() {
        if (size > 0) {
            slots[head] = null;
            targets[head] = null;
            observations[head] = null;
            head = head + 1 & slots.length - 1;
            size--;
        }
    }

    /** {@return whether one of the slots is such} */
    boolean anyMatch(Predicate<ReplySlot> condition) {
        for (int i = 0; i < size; i++) {
            ReplySlot slot = slots[head + i & slots.length - 1];
            if (slot != null && condition.test(slot)) {
                return true;
            }
        }
        return false;
    }

    /** Takes all slots out, in order. */
    void drain(Drained action) {
        while (size > 0) {
            ReplySlot slot = Objects.requireNonNull(slots[head]);
            ReplyTarget target = Objects.requireNonNull(targets[head]);
            Observation observation = observations[head];
            remove();
            action.slot(slot, target, observation);
        }
    }

    private void grow() {
        int length = slots.length;
        slots = unrolled(slots, new @Nullable ReplySlot[length * 2]);
        targets = unrolled(targets, new @Nullable ReplyTarget[length * 2]);
        observations = unrolled(observations, new @Nullable Observation[length * 2]);
        arrivals = unrolled(arrivals, new long[length * 2]);
        head = 0;
    }

    /** Copies a full ring so that it begins at 0. */
    @SuppressWarnings("SuspiciousSystemArraycopy")
    private <A> A unrolled(A ring, A larger) {
        System.arraycopy(ring, head, larger, 0, size - head);
        System.arraycopy(ring, 0, larger, size - head, head);
        return larger;
    }
}
