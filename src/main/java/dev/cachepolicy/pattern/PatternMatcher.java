package dev.cachepolicy.pattern;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds, for a key, the most specific of many patterns.
 *
 * <p>Every command that passes an agent asks this question, so the answer has to cost the same with one policy as with
 * ten thousand, and a set of patterns that somebody chose badly, or with intent, must not cost the pod its processor or
 * its memory. No single technique gives both, so there are three, one upon the other.
 *
 * <p><b>The trie.</b> All patterns together are one {@link PatternTrie} of symbols; patterns that begin alike share
 * nodes. It is also a non-deterministic automaton: a {@link NodeSet} of its nodes says where a key may stand, and a step
 * by one byte takes time linear in that set. {@code **} is never in a set: it stands at the end of a pattern, so once
 * met it matches for certain, and is kept as a number, the best such pattern so far. Nodes that could only lead to less
 * specific patterns than that are dropped.
 *
 * <p><b>The deterministic automaton.</b> Sets recur: after {@code user:} every id leads to the same one. Each distinct
 * set becomes a {@link State} the first time that a key leads there, with slots for the states that follow. A key that
 * takes a known way costs one slot per byte, or one comparison for a whole run of literal bytes, however many patterns
 * there are; and where only a last segment can follow, as after {@code user:}, its bytes are looked through for a colon
 * and no state is touched any more. Only ways that keys really took are made; an agent sees the keys of one application.
 *
 * <p><b>The bound.</b> Patterns with many stars have exponentially many sets. States are therefore made only within a
 * budget of bytes. When it is spent, the states that exist go on serving, and a key that leaves them is followed to its
 * end on the trie, from where it stands: slower, linear in the key and in the set, and without any memory. So memory is
 * bounded by the trie (linear in the text of the patterns) plus the budget. The set itself is small unless the key
 * really matches the beginnings of many patterns up to a star.
 *
 * <p><b>Threads.</b> States are made under a lock and read without one: a slot goes from null to a state and never
 * changes again, and a state's fields are final (JLS 17.5). A thread that reads a stale null takes the lock and finds
 * the state there. Matching allocates nothing, except while it makes states, or when several threads follow keys on the
 * trie at the same time, of which all but one make themselves a set.
 */
public final class PatternMatcher {

    /** No pattern matches. */
    public static final int NONE = -1;

    /** Heap that states may take, in bytes. Ten thousand patterns of the usual form need half of it. */
    static final int DEFAULT_BUDGET = 8 << 20;

    private static final byte[] RESERVED = {'c', 'a', 'c', 'h', 'e', 'p', 'o', 'l', 'i', 'c', 'y', ':'};

    /** From rank to index in the caller's list. */
    private final int[] indexes;

    private final PatternTrie trie;
    private final ByteClasses classes;
    private final States states;
    private final State start;

    /** The set that the last key was followed with, for the next one. */
    private final AtomicReference<@Nullable NodeSet> idle = new AtomicReference<>();

    private PatternMatcher(List<KeyPattern> patterns, int budget) {
        this.indexes = IntStream.range(0, patterns.size())
                .boxed()
                .sorted((one, other) ->
                        patterns.get(one).compareTo(patterns.get(other))) // stable: of equal patterns the first wins
                .mapToInt(Integer::intValue)
                .toArray();
        this.trie =
                new PatternTrie(Arrays.stream(indexes).mapToObj(patterns::get).toList());
        this.classes = new ByteClasses(trie);
        this.states = new States(trie, classes, budget);
        this.start = states.start();
    }

    /** {@return a matcher of these patterns} */
    public static PatternMatcher of(List<KeyPattern> patterns) {
        return new PatternMatcher(patterns, DEFAULT_BUDGET);
    }

    static PatternMatcher of(List<KeyPattern> patterns, int budget) {
        return new PatternMatcher(patterns, budget);
    }

    /**
     * {@return the index, in the list that this matcher was made of, of the most specific pattern that matches a key, or
     * {@link #NONE}} Of equal patterns the first is found. Keys that begin with {@code cachepolicy:} match nothing.
     *
     * @param key holds the key's bytes
     * @param from where they begin
     * @param to where they end, exclusive
     */
    public int match(byte[] key, int from, int to) {
        if (isReserved(key, from, to)) {
            return NONE;
        }
        State state = start;
        int at = from;
        while (at < to && !state.isFinal) {
            if (state.tail != State.NONE) {
                return index(isSegment(key, at, to) ? state.tail : state.open);
            }
            int slot = 0;
            int end = at + 1;
            byte[] run = state.run;
            State next;
            if (run == null) {
                slot = state.slot(classes.of(key[at] & 0xff));
                next = state.next(slot);
            } else {
                end = at + run.length;
                if (end > to || !Arrays.equals(key, at, end, run, 0, run.length)) {
                    return index(state.open);
                }
                next = state.afterRun();
            }
            if (next == null) {
                next = states.next(state, slot);
                if (next == null) {
                    return index(follow(state, key, at, to));
                }
            }
            state = next;
            at = end;
        }
        return index(state.accept);
    }

    private static boolean isSegment(byte[] key, int from, int to) {
        for (int at = from; at < to; at++) {
            if (key[at] == ':') {
                return false;
            }
        }
        return true;
    }

    static boolean isReserved(byte[] key, int from, int to) {
        int end = from + RESERVED.length;
        return end <= to && Arrays.equals(key, from, end, RESERVED, 0, RESERVED.length);
    }

    private int index(int rank) {
        return rank == PatternTrie.NONE ? NONE : indexes[rank];
    }

    /** {@return the rank that a key has which stands in a state with these bytes to come} */
    private int follow(State state, byte[] key, int from, int to) {
        NodeSet set = idle.getAndSet(null);
        if (set == null) {
            set = new NodeSet(trie);
        }
        set.set(state.nodes, state.open);
        for (int at = from; at < to && !set.isEmpty(); at++) {
            set.step(key[at] & 0xff);
        }
        int rank = set.accept();
        idle.set(set);
        return rank;
    }

    /** {@return how many states were made} */
    int states() {
        return states.count();
    }

    /** {@return roughly how many bytes of heap the states made after the first take; at most the budget} */
    long footprint() {
        return states.footprint();
    }
}
