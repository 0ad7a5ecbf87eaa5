package dev.cachepolicy.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A state of the deterministic automaton: a set of trie nodes. It has one of four forms, chosen so that a typical state
 * takes some tens of bytes instead of a row over all byte classes, and few lines of the processor's cache:
 *
 * <ul>
 *   <li>a <em>run</em>: only these bytes lead anywhere, to what is after the run;
 *   <li>a <em>tail</em>: only the last segment can follow, and what it is does not matter;
 *   <li><em>sparse</em>: at most {@value #MAX_SPECIAL} classes lead to slots of their own, all others to the last slot;
 *   <li><em>dense</em>: a slot for each class.
 * </ul>
 *
 * Everything but what follows, {@code next} and {@code afterRun}, is final, so a state may be read by a thread that found it
 * in another state's slot without any barrier: such a thread sees the state whole or not at all.
 */
final class State {

    static final int MAX_SPECIAL = 3;

    /** No tail: where a key leads depends on its bytes. */
    static final int NONE = -1;

    private static final @Nullable State[] NOTHING = {};

    /** Whether nothing that follows can change the answer. */
    final boolean isFinal;

    /** The matching pattern's rank if the key ends here. */
    final int accept;

    /** The rank of a pattern that matches whatever follows. */
    final int open;

    /** The matching pattern's rank if bytes follow and no colon is among them, otherwise it is {@link #open}; or {@link #NONE}. */
    final int tail;

    /** The trie's nodes, ascending. */
    final int[] nodes;

    final byte @Nullable [] run;

    /** Classes with slots of their own; null: dense, or a run. */
    private final short @Nullable [] special;

    /** By slot; null: not made yet. Written under the matcher's lock, read without. Empty for a run. */
    private final @Nullable State[] next;

    /** What is behind a run; null: not made yet. As {@link #next}. */
    private @Nullable State afterRun;

    private State(
            int accept,
            int open,
            int tail,
            int[] nodes,
            byte @Nullable [] run,
            short @Nullable [] special,
            @Nullable State[] next) {
        this.accept = accept;
        this.open = open;
        this.tail = tail;
        this.nodes = nodes;
        this.isFinal = nodes.length == 0;
        this.run = run;
        this.special = special;
        this.next = next;
    }

    /** {@return one that nothing follows} */
    static State last(int accept, int open, int[] nodes) {
        return new State(accept, open, NONE, nodes, null, null, NOTHING);
    }

    static State ofRun(int accept, int open, int[] nodes, byte[] run) {
        return new State(accept, open, NONE, nodes, run, null, NOTHING);
    }

    static State ofTail(int accept, int open, int[] nodes, int tail) {
        return new State(accept, open, tail, nodes, null, null, NOTHING);
    }

    static State ofClasses(int accept, int open, int[] nodes, short @Nullable [] special, int slots) {
        return new State(accept, open, NONE, nodes, null, special, new State[slots]);
    }

    /** {@return the state behind the run, or null if it is not made yet} */
    @Nullable
    State afterRun() {
        return afterRun;
    }

    /** {@return the state in a slot, or null if it is not made yet}; not for runs. */
    @Nullable
    State next(int slot) {
        return next[slot];
    }

    /** Under the matcher's lock. */
    void follow(int slot, @Nullable State following) {
        if (run == null) {
            next[slot] = following;
        } else {
            afterRun = following;
        }
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
        return 128 + 4 * nodes.length + 4 * next.length + (run == null ? 0 : 16 + run.length);
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
