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

    /** The commonest run, one for all. */
    private static final byte[] COLON = {':'};

    private final PatternTrie trie;
    private final ByteClasses classes;
    private final State start;

    private final Object lock = new Object();
    private final Map<State, State> states = new HashMap<>(); // guarded by lock
    private final NodeSet scratch; // guarded by lock
    private final NodeSet probe; // guarded by lock
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
        this.probe = new NodeSet(trie);
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
            State known = state.run == null ? state.next(slot) : state.afterRun();
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
            state.follow(slot, next);
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
            return State.ofRun(set.accept(), set.open(), nodes, run(nodes[0]));
        }
        if (nodes.length == 0) {
            return State.last(set.accept(), set.open(), nodes);
        }
        short[] special = special(nodes);
        int tail = isColonAlone(special) ? tail(nodes, set.open()) : State.NONE;
        if (tail != State.NONE) {
            return State.ofTail(set.accept(), set.open(), nodes, tail);
        }
        int slots = special == null ? classes.count() : special.length + 1;
        return State.ofClasses(set.accept(), set.open(), nodes, special, slots);
    }

    /** {@return the rank that a key has whose bytes to come are of one segment, if all that have others are open; or {@link State#NONE}} */
    private int tail(int[] nodes, int open) {
        if (!isDeadAtColon(nodes, open)) {
            return State.NONE;
        }
        probe.set(nodes, open);
        probe.step(classes.representative(ByteClasses.OTHER));
        int rank = probe.accept();
        int[] after = probe.toArray();
        if (probe.open() != open
                || (after.length > 0 && !isColonAlone(special(after)))
                || !isDeadAtColon(after, open)) {
            return State.NONE;
        }
        probe.set(after, open);
        probe.step(classes.representative(ByteClasses.OTHER));
        return probe.open() == open && Arrays.equals(after, probe.toArray()) ? rank : State.NONE;
    }

    private boolean isColonAlone(short @Nullable [] special) {
        return special != null && special.length == 1 && special[0] == classes.of(':');
    }

    private boolean isDeadAtColon(int[] nodes, int open) {
        probe.set(nodes, open);
        probe.step(':');
        return probe.open() == open && probe.toArray().length == 0;
    }

    private byte[] run(int node) {
        byte[] run = new byte[KeyPattern.MAX_BYTES];
        int length = 0;
        int end = endOfRun(node);
        for (int at = node; at != end; ) {
            at = trie.onlyLiteral(at);
            run[length++] = (byte) trie.symbol(at);
        }
        return length == 1 && run[0] == ':' ? COLON : Arrays.copyOf(run, length);
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
