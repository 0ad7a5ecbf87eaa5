package dev.cachepolicy.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A state of the deterministic automaton: a set of trie nodes. It has one of three forms, chosen so that a typical state
 * takes some tens of bytes instead of a row over all byte classes:
 *
 * <ul>
 *   <li>a <em>run</em>: only these bytes lead anywhere, and slot 0 is where they lead;
 *   <li><em>sparse</em>: at most {@value #MAX_SPECIAL} classes lead to slots of their own, all others to the last slot;
 *   <li><em>dense</em>: a slot for each class.
 * </ul>
 *
 * Everything but the content of {@code next} is final, so a state may be read by a thread that found it in another
 * state's slot without any barrier: such a thread sees the state whole or not at all.
 */
final class State {

    static final int MAX_SPECIAL = 3;

    /** The matching pattern's rank if the key ends here. */
    final int accept;

    /** The rank of a pattern that matches whatever follows. */
    final int open;

    /** The trie's nodes, ascending; empty: nothing that follows can change the answer. */
    final int[] nodes;

    final byte @Nullable [] run;

    /** Classes with slots of their own; null: dense, or a run. */
    private final short @Nullable [] special;

    /** By slot; null: not made yet. Written under the matcher's lock, read without. */
    final @Nullable State[] next;

    State(int accept, int open, int[] nodes, byte @Nullable [] run, short @Nullable [] special, int slots) {
        this.accept = accept;
        this.open = open;
        this.nodes = nodes;
        this.run = run;
        this.special = special;
        this.next = new State[slots];
    }

    boolean isFinal() {
        return nodes.length == 0;
    }

    /** {@return where a byte of this class leads}; not for runs. */
    int slot(int byteClass) {
        short[] classes = special;
        if (classes == null) {
            return byteClass;
        }
        int slot = 0;
        while (slot < classes.length && classes[slot] != byteClass) {
            slot++;
        }
        return slot;
    }

    /** {@return a class whose bytes lead to a slot}; not for runs. */
    int classOf(int slot) {
        if (special == null) {
            return slot;
        }
        return slot < special.length ? special[slot] : ByteClasses.OTHER;
    }

    /** {@return roughly how many bytes of heap this takes, with its place in the table of states} */
    int footprint() {
        return 120 + 4 * nodes.length + 4 * next.length + (run == null ? 0 : 16 + run.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State state && open == state.open && Arrays.equals(nodes, state.nodes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(nodes) * 31 + open;
    }
}
