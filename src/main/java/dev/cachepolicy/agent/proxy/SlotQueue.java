package dev.cachepolicy.agent.proxy;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The replies that are due on a connection, in order, each with the one who gets it. Adding and taking allocate nothing. */
final class SlotQueue {

    private static final int INITIAL = 16;

    private @Nullable ReplySlot[] slots = new @Nullable ReplySlot[INITIAL];
    private @Nullable ReplyTarget[] targets = new @Nullable ReplyTarget[INITIAL];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(ReplySlot slot, ReplyTarget target) {
        if (size == slots.length) {
            grow();
        }
        int tail = head + size & slots.length - 1;
        slots[tail] = slot;
        targets[tail] = target;
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

    /** The next reply has come. */
    void remove() {
        if (size > 0) {
            slots[head] = null;
            targets[head] = null;
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
    void drain(BiConsumer<ReplySlot, ReplyTarget> action) {
        while (size > 0) {
            ReplySlot slot = Objects.requireNonNull(slots[head]);
            ReplyTarget target = Objects.requireNonNull(targets[head]);
            remove();
            action.accept(slot, target);
        }
    }

    private void grow() {
        int length = slots.length;
        @Nullable ReplySlot[] moreSlots = Arrays.copyOf(slots, length * 2);
        @Nullable ReplyTarget[] moreTargets = Arrays.copyOf(targets, length * 2);
        for (int i = 0; i < length; i++) {
            moreSlots[i] = slots[head + i & length - 1];
            moreTargets[i] = targets[head + i & length - 1];
        }
        slots = moreSlots;
        targets = moreTargets;
        head = 0;
    }
}
