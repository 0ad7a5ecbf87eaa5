package dev.cachepolicy.pattern;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether every key of one pattern is a key of another. Exact, and it looks at few keys.
 *
 * <p><b>Which keys.</b> Take a byte that no pattern contains. Where a key has it, the outer pattern must have a wildcard,
 * and that wildcard would take any other run in its place. So the inner pattern's captures may stand for that one byte,
 * and its stars for that byte or for nothing: if all those keys match, all keys do. An inner {@code **} needs an outer
 * one, which then takes whatever follows, so it may stand for nothing.
 *
 * <p><b>All of them at once.</b> A walk over pairs of a position in the inner pattern and the set of places where the
 * outer one may stand. The set keeps the deepest wildcard and what lies behind it alone: as long as no colon came, a later
 * wildcard takes every byte that an earlier one could, and after a colon both are over. So there are about as many sets as
 * the outer pattern has bytes, and at most their product with the inner one's length is walked.
 */
final class Inclusion {

    /** A byte that no pattern contains: parse refuses control characters. */
    private static final short FRESH = 0;

    private final short[] inner;
    private final short[] outer;
    private final boolean endsFit;
    private final Set<Pair> seen = new HashSet<>();
    private final Deque<Pair> open = new ArrayDeque<>();

    /** Position p of a pattern: its first p symbols are consumed. The set is never changed once it stands in a pair. */
    private record Pair(int inner, BitSet outer) {}

    Inclusion(short[] inner, short[] outer) {
        boolean innerOpen = inner[inner.length - 1] == Symbols.DOUBLE_STAR;
        this.inner = innerOpen ? Arrays.copyOf(inner, inner.length - 1) : inner;
        this.outer = outer;
        this.endsFit = !innerOpen || outer[outer.length - 1] == Symbols.DOUBLE_STAR;
    }

    boolean holds() {
        if (!endsFit) {
            return false;
        }
        BitSet start = new BitSet();
        reach(0, start);
        visit(0, start);
        while (!open.isEmpty()) {
            Pair pair = open.pop();
            if (pair.inner == inner.length ? !pair.outer.get(outer.length) : pair.outer.isEmpty()) {
                return false;
            }
            if (pair.inner < inner.length) {
                follow(pair, inner[pair.inner]);
            }
        }
        return true;
    }

    private void follow(Pair pair, short symbol) {
        if (symbol == Symbols.STAR) {
            visit(pair.inner + 1, pair.outer);
        }
        visit(pair.inner + 1, step(pair.outer, symbol < Symbols.STAR ? symbol : FRESH));
    }

    private void visit(int position, BitSet set) {
        Pair pair = new Pair(position, set);
        if (seen.add(pair)) {
            open.push(pair);
        }
    }

    /** {@return how many pairs the walk came to} */
    int pairs() {
        return seen.size();
    }

    private BitSet step(BitSet set, int b) {
        BitSet next = new BitSet();
        for (int at = set.nextSetBit(0); at >= 0; at = set.nextSetBit(at + 1)) {
            if (at > 0 && outer[at - 1] >= Symbols.STAR && takes(outer[at - 1], b)) {
                reach(at, next);
            }
            if (at < outer.length && takes(outer[at], b)) {
                reach(at + 1, next);
            }
        }
        int deepest = next.length() - 1;
        while (deepest > 0 && !(next.get(deepest) && outer[deepest - 1] >= Symbols.STAR)) {
            deepest--;
        }
        next.clear(0, Math.max(deepest, 0));
        return next;
    }

    private static boolean takes(short symbol, int b) {
        return switch (symbol) {
            case Symbols.STAR, Symbols.CAPTURE -> b != ':';
            case Symbols.DOUBLE_STAR -> true;
            default -> symbol == b;
        };
    }

    /** Adds a position, and the one behind a star, which may be empty. */
    private void reach(int at, BitSet next) {
        next.set(at);
        if (at < outer.length && (outer[at] == Symbols.STAR || outer[at] == Symbols.DOUBLE_STAR)) {
            next.set(at + 1);
        }
    }
}
