package dev.cachepolicy.pattern;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The states of one deterministic automaton, made when they are first needed and within a budget. Every method may be
 * called by several threads.
 */
final class States {

    private final PatternTrie trie;
    private final ByteClasses classes;
    private final State start;

    private final Object lock = new Object();
    private final Map<State, State> states = new HashMap<>(); // guarded by lock
    private final NodeSet scratch; // guarded by lock
    private final long budget;
    private long used; // guarded by lock
    private volatile boolean spent;

    /**
     * Makes the first state, whatever the budget is.
     *
     * @param budget heap that further states may take, in bytes
     */
    States(PatternTrie trie, ByteClasses classes, long budget) {
        this.trie = trie;
        this.classes = classes;
        this.scratch = new NodeSet(trie);
        this.budget = budget;
        scratch.enter(PatternTrie.ROOT, PatternTrie.NONE);
        this.start = state(scratch);
        states.put(start, start);
    }

    State start() {
        return start;
    }

    int count() {
        synchronized (lock) {
            return states.size();
        }
    }

    /** {@return roughly how many bytes of heap the states after the first take} */
    long footprint() {
        synchronized (lock) {
            return used;
        }
    }

    /** {@return the state in a slot, or null if it is not there and the budget is spent} */
    @Nullable
    State next(State state, int slot) {
        if (spent) {
            return null;
        }
        synchronized (lock) {
            State known = state.next[slot];
            if (known != null) {
                return known;
            }
            if (state.run == null) {
                scratch.set(state.nodes, state.open);
                scratch.step(classes.representative(state.classOf(slot)));
            } else {
                scratch.enter(endOfRun(state.nodes[0]), state.open);
            }
            State next = intern(state(scratch));
            state.next[slot] = next;
            return next;
        }
    }

    private @Nullable State intern(State made) {
        State known = states.get(made);
        if (known != null) {
            return known;
        }
        if (used + made.footprint() > budget) {
            spent = true;
            return null;
        }
        used += made.footprint();
        states.put(made, made);
        return made;
    }

    private State state(NodeSet set) {
        int[] nodes = set.toArray();
        if (nodes.length == 1 && !trie.loops(nodes[0]) && trie.onlyLiteral(nodes[0]) >= 0) {
            return new State(set.accept(), set.open(), nodes, run(nodes[0]), null, 1);
        }
        if (nodes.length == 0) {
            return new State(set.accept(), set.open(), nodes, null, null, 0);
        }
        short[] special = special(nodes);
        int slots = special == null ? classes.count() : special.length + 1;
        return new State(set.accept(), set.open(), nodes, null, special, slots);
    }

    private byte[] run(int node) {
        byte[] run = new byte[KeyPattern.MAX_BYTES];
        int length = 0;
        int end = endOfRun(node);
        for (int at = node; at != end; ) {
            at = trie.onlyLiteral(at);
            run[length++] = (byte) trie.symbol(at);
        }
        return Arrays.copyOf(run, length);
    }

    /** {@return the node up to which there is only one way, and on it no end of a pattern} */
    private int endOfRun(int node) {
        int at = trie.onlyLiteral(node);
        while (trie.accept(at) == PatternTrie.NONE && trie.onlyLiteral(at) >= 0) {
            at = trie.onlyLiteral(at);
        }
        return at;
    }

    /** {@return the classes that lead elsewhere than {@link ByteClasses#OTHER} does, or null if there are many} */
    private short @Nullable [] special(int[] nodes) {
        BitSet special = new BitSet(classes.count());
        for (int node : nodes) {
            if (trie.loops(node)) {
                special.set(classes.of(':'));
            }
            for (int child = trie.children(node); child < trie.childrenEnd(node); child++) {
                // The bytes of a wildcard are all but the colon.
                int symbol = trie.symbol(child) < Symbols.STAR ? trie.symbol(child) : ':';
                special.set(classes.of(symbol));
                if (special.cardinality() > State.MAX_SPECIAL) {
                    return null;
                }
            }
        }
        short[] array = new short[special.cardinality()];
        int count = 0;
        for (int at = special.nextSetBit(0); at >= 0; at = special.nextSetBit(at + 1)) {
            array[count++] = (short) at;
        }
        return array;
    }
}
