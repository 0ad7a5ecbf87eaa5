package dev.cachepolicy.pattern;

import java.util.Arrays;
import java.util.List;

/**
 * Many patterns as one trie of {@link Symbols}, in arrays. Nodes are numbered breadth first, so the children of a node
 * are neighbours, ordered by symbol: literals first, then wildcards. A node is also a state of the non-deterministic
 * automaton that all patterns make together: "the symbols on the way to this node are consumed".
 *
 * <p>A pattern is known here by its rank, 0 for the most specific of all; {@link #NONE} is worse than every rank.
 */
final class PatternTrie {

    static final int ROOT = 0;
    static final int NONE = Integer.MAX_VALUE;

    private final short[] symbol;
    private final int[] firstChild;
    private final int[] accept;
    private final int[] least;

    /** Patterns in the order of their ranks. */
    PatternTrie(List<KeyPattern> ranked) {
        short[][] rows = new short[ranked.size()][];
        Integer[] order = new Integer[rows.length];
        for (int rank = 0; rank < rows.length; rank++) {
            rows[rank] = Symbols.of(ranked.get(rank).parts());
            order[rank] = rank;
        }
        Arrays.sort(order, (a, b) -> Arrays.compare(rows[a], rows[b]));
        int size = size(rows, order);
        symbol = new short[size];
        firstChild = new int[size + 1];
        accept = new int[size];
        least = new int[size];
        build(rows, order);
    }

    private static int size(short[][] rows, Integer[] order) {
        int size = 1;
        short[] before = {};
        for (int rank : order) {
            int shared = Arrays.mismatch(before, rows[rank]);
            size += shared < 0 ? 0 : rows[rank].length - shared;
            before = rows[rank];
        }
        return size;
    }

    /** A node stands for a range of the sorted rows that share their first {@code depth} symbols. */
    private void build(short[][] rows, Integer[] order) {
        int size = symbol.length;
        int[] from = new int[size];
        int[] to = new int[size];
        int[] depth = new int[size];
        to[ROOT] = order.length;
        int made = 1;
        for (int node = 0; node < size; node++) {
            firstChild[node] = made;
            accept[node] = NONE;
            int at = from[node];
            for (; at < to[node] && rows[order[at]].length == depth[node]; at++) {
                accept[node] = Math.min(accept[node], order[at]);
            }
            while (at < to[node]) {
                short next = rows[order[at]][depth[node]];
                symbol[made] = next;
                from[made] = at;
                depth[made] = depth[node] + 1;
                while (at < to[node] && rows[order[at]][depth[node]] == next) {
                    at++;
                }
                to[made] = at;
                made++;
            }
        }
        firstChild[size] = made;
        for (int node = size - 1; node >= 0; node--) {
            least[node] = accept[node];
            for (int child = firstChild[node]; child < firstChild[node + 1]; child++) {
                least[node] = Math.min(least[node], least[child]);
            }
        }
    }

    int size() {
        return symbol.length;
    }

    /** {@return the symbol that leads to a node} */
    int symbol(int node) {
        return symbol[node];
    }

    /** {@return whether bytes other than ':' may follow without leaving this node} */
    boolean loops(int node) {
        return symbol[node] >= Symbols.STAR;
    }

    /** {@return the rank of the pattern that ends at this node, or {@link #NONE}} */
    int accept(int node) {
        return accept[node];
    }

    /** {@return the least rank that a match through this node can have} */
    int least(int node) {
        return least[node];
    }

    /** {@return the first of a node's children; the last stands before {@link #childrenEnd}} */
    int children(int node) {
        return firstChild[node];
    }

    int childrenEnd(int node) {
        return firstChild[node + 1];
    }

    /** {@return the child that a literal byte leads to, or -1} */
    int child(int node, int literal) {
        int low = firstChild[node];
        int high = firstChild[node + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = symbol[middle] - literal;
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** {@return the only child, if there is one alone and a literal leads to it; otherwise -1} */
    int onlyLiteral(int node) {
        int child = firstChild[node];
        return firstChild[node + 1] == child + 1 && symbol[child] < Symbols.STAR ? child : -1;
    }
}
