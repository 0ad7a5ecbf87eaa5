package dev.cachepolicy.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds, for a key, all of many patterns that match it. Takes time linear in the key and in the number of patterns that it
 * matches the beginning of. Safe for several threads.
 */
public final class PatternSet {

    private final List<List<Integer>> indexes;
    private final PatternTrie trie;

    private PatternSet(List<KeyPattern> distinct, List<List<Integer>> indexes) {
        this.trie = new PatternTrie(distinct);
        this.indexes = indexes;
    }

    /** {@return a set of these patterns} */
    public static PatternSet of(List<KeyPattern> patterns) {
        Map<KeyPattern, List<Integer>> byPattern = new LinkedHashMap<>();
        for (int i = 0; i < patterns.size(); i++) {
            byPattern.computeIfAbsent(patterns.get(i), _ -> new ArrayList<>()).add(i);
        }
        return new PatternSet(
                List.copyOf(byPattern.keySet()),
                byPattern.values().stream().map(List::copyOf).toList());
    }

    /**
     * {@return the indexes, in the list that this was made of, of the patterns that match a key, in ascending order} Keys
     * that begin with {@code cachepolicy:} match nothing.
     */
    public List<Integer> matches(byte[] key) {
        if (PatternMatcher.isReserved(key, 0, key.length)) {
            return List.of();
        }
        BitSet matched = new BitSet();
        BitSet nodes = new BitSet();
        add(PatternTrie.ROOT, nodes, matched);
        for (int at = 0; at < key.length && !nodes.isEmpty(); at++) {
            nodes = step(nodes, Byte.toUnsignedInt(key[at]), matched);
        }
        nodes.stream()
                .map(trie::accept)
                .filter(rank -> rank != PatternTrie.NONE)
                .forEach(matched::set);
        return matched.stream()
                .mapToObj(indexes::get)
                .flatMap(List::stream)
                .sorted()
                .toList();
    }

    private BitSet step(BitSet nodes, int b, BitSet matched) {
        BitSet next = new BitSet();
        for (int node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
            if (b != ':') {
                if (trie.loops(node)) {
                    add(node, next, matched);
                }
                for (int child = trie.children(node); child < trie.childrenEnd(node); child++) {
                    if (trie.symbol(child) == Symbols.CAPTURE) {
                        add(child, next, matched);
                    }
                }
            }
            int child = trie.child(node, b);
            if (child >= 0) {
                add(child, next, matched);
            }
        }
        return next;
    }

    /** Adds a node that was reached, and what a star makes reachable without a byte. */
    private void add(int node, BitSet nodes, BitSet matched) {
        if (nodes.get(node)) {
            return;
        }
        nodes.set(node);
        for (int child = trie.childrenEnd(node) - 1;
                child >= trie.children(node) && trie.symbol(child) >= Symbols.STAR;
                child--) {
            if (trie.symbol(child) == Symbols.DOUBLE_STAR) {
                matched.set(trie.accept(child));
            } else if (trie.symbol(child) == Symbols.STAR) {
                add(child, nodes, matched);
            }
        }
    }
}
