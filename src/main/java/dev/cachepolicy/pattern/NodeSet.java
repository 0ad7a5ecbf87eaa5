package dev.cachepolicy.pattern;

import java.util.Arrays;

/**
 * Where the non-deterministic automaton may stand after some bytes: nodes of the trie, each at most once, and the best
 * {@code **} pattern met on the way, which matches whatever follows. Steps take time linear in the set. Not safe for
 * several threads.
 */
final class NodeSet {

    private final PatternTrie trie;
    private int[] nodes = new int[16];
    private int[] spare = new int[16];
    private int size;
    private final long[] members;
    private int open;

    NodeSet(PatternTrie trie) {
        this.trie = trie;
        this.members = new long[(trie.size() + 63) >>> 6];
        this.open = PatternTrie.NONE;
    }

    /** Forgets everything and stands at these nodes, whose stars were followed before. */
    void set(int[] followed, int openBefore) {
        size = 0;
        open = openBefore;
        ensure(followed.length);
        System.arraycopy(followed, 0, nodes, 0, followed.length);
        size = followed.length;
    }

    /** Forgets everything and stands at one node that was just reached. */
    void enter(int node, int openBefore) {
        size = 0;
        open = openBefore;
        add(node);
        forgetMembers();
    }

    /** Consumes a byte, given as 0 to 255. */
    void step(int b) {
        int[] before = nodes;
        int count = size;
        nodes = spare;
        spare = before;
        size = 0;
        for (int i = 0; i < count; i++) {
            int node = before[i];
            if (b != ':') {
                if (trie.loops(node)) {
                    add(node);
                }
                for (int child = trie.childrenEnd(node) - 1;
                        child >= trie.children(node) && trie.symbol(child) >= Symbols.STAR;
                        child--) {
                    if (trie.symbol(child) == Symbols.CAPTURE) {
                        add(child);
                    }
                }
            }
            int child = trie.child(node, b);
            if (child >= 0) {
                add(child);
            }
        }
        forgetMembers();
    }

    /** Adds a node that was reached, and what a star makes reachable without a byte. */
    private void add(int node) {
        // Nothing below such a node could win against the ** that is certain already.
        if (trie.least(node) > open || isMember(node)) {
            return;
        }
        ensure(size + 1);
        nodes[size++] = node;
        members[node >>> 6] |= 1L << node;
        for (int child = trie.childrenEnd(node) - 1;
                child >= trie.children(node) && trie.symbol(child) >= Symbols.STAR;
                child--) {
            if (trie.symbol(child) == Symbols.DOUBLE_STAR) {
                open = Math.min(open, trie.accept(child));
            } else if (trie.symbol(child) == Symbols.STAR) {
                add(child);
            }
        }
    }

    private boolean isMember(int node) {
        return (members[node >>> 6] & 1L << node) != 0;
    }

    private void forgetMembers() {
        for (int i = 0; i < size; i++) {
            members[nodes[i] >>> 6] = 0;
        }
    }

    private void ensure(int needed) {
        if (nodes.length < needed) {
            nodes = Arrays.copyOf(nodes, Math.max(needed, nodes.length * 2));
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** {@return the best rank of a pattern that matches whatever follows, or {@link PatternTrie#NONE}} */
    int open() {
        return open;
    }

    /** {@return the best rank of a pattern that matches when no byte follows, or {@link PatternTrie#NONE}} */
    int accept() {
        int best = open;
        for (int i = 0; i < size; i++) {
            best = Math.min(best, trie.accept(nodes[i]));
        }
        return best;
    }

    /** {@return the nodes in ascending order, without those that cannot win any more} */
    int[] toArray() {
        return Arrays.stream(nodes, 0, size)
                .filter(node -> trie.least(node) < open)
                .sorted()
                .toArray();
    }
}
