package dev.cachepolicy.pattern;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Whether every key of one pattern is a key of another: a walk over pairs of where the inner pattern may stand after some
 * bytes and the set of places where the outer one may stand after the same bytes. It fails when the inner pattern may end
 * where the outer one may not.
 *
 * <p>The walk is short because the outer set keeps its deepest wildcard and what lies behind it alone: as long as no
 * colon came, a later wildcard takes every byte that an earlier one could, and after a colon both are over. So a set is
 * one wildcard and how far the literal behind it has come, and there are about as many sets as the pattern has bytes.
 */
final class Inclusion {

    /** A byte that no pattern contains: parse refuses control characters. */
    private static final short OTHER = 0;

    private final short[] inner;
    private final short[] outer;
    private final Set<Pair> seen = new HashSet<>();
    private final Deque<Pair> open = new ArrayDeque<>();

    /** Position p of a pattern: its first p symbols are consumed. The set is never changed once it stands in a pair. */
    private record Pair(int inner, BitSet outer) {}

    Inclusion(short[] inner, short[] outer) {
        this.inner = inner;
        this.outer = outer;
    }

    boolean holds() {
        BitSet start = new BitSet();
        reach(outer, 0, start);
        BitSet first = new BitSet();
        reach(inner, 0, first);
        first.stream().forEach(position -> visit(position, start));
        BitSet alphabet = alphabet();
        while (!open.isEmpty()) {
            Pair pair = open.pop();
            if (pair.inner == inner.length && !pair.outer.get(outer.length)) {
                return false;
            }
            if (takesAnything(pair.outer)) {
                continue;
            }
            for (int b = alphabet.nextSetBit(0); b >= 0; b = alphabet.nextSetBit(b + 1)) {
                BitSet innerNext = new BitSet();
                step(inner, pair.inner, b, innerNext);
                if (!innerNext.isEmpty()) {
                    BitSet outerNext = step(pair.outer, b);
                    innerNext.stream().forEach(position -> visit(position, outerNext));
                }
            }
        }
        return true;
    }

    /** {@return how many pairs the walk came to} */
    int pairs() {
        return seen.size();
    }

    private void visit(int position, BitSet set) {
        Pair pair = new Pair(position, set);
        if (seen.add(pair)) {
            open.push(pair);
        }
    }

    private BitSet alphabet() {
        BitSet alphabet = new BitSet();
        alphabet.set(OTHER);
        alphabet.set(':');
        for (short[] symbols : new short[][] {inner, outer}) {
            for (short symbol : symbols) {
                if (symbol < Symbols.STAR) {
                    alphabet.set(symbol);
                }
            }
        }
        return alphabet;
    }

    private boolean takesAnything(BitSet set) {
        return set.get(outer.length) && outer[outer.length - 1] == Symbols.DOUBLE_STAR;
    }

    private BitSet step(BitSet set, int b) {
        BitSet next = new BitSet();
        set.stream().forEach(position -> step(outer, position, b, next));
        int deepest = next.length() - 1;
        while (deepest > 0 && !(next.get(deepest) && outer[deepest - 1] >= Symbols.STAR)) {
            deepest--;
        }
        next.clear(0, Math.max(deepest, 0));
        return next;
    }

    /** Adds where a byte leads from a position. */
    private static void step(short[] symbols, int position, int b, BitSet next) {
        if (position > 0 && takes(symbols[position - 1], b) && symbols[position - 1] >= Symbols.STAR) {
            reach(symbols, position, next);
        }
        if (position < symbols.length && takes(symbols[position], b)) {
            reach(symbols, position + 1, next);
        }
    }

    private static boolean takes(short symbol, int b) {
        return switch (symbol) {
            case Symbols.STAR, Symbols.CAPTURE -> b != ':';
            case Symbols.DOUBLE_STAR -> true;
            default -> symbol == b;
        };
    }

    /** Adds a position, and the one behind a star, which may be empty. */
    private static void reach(short[] symbols, int position, BitSet next) {
        next.set(position);
        if (position < symbols.length
                && (symbols[position] == Symbols.STAR || symbols[position] == Symbols.DOUBLE_STAR)) {
            next.set(position + 1);
        }
    }
}
