package dev.cachepolicy.pattern;

import java.util.Arrays;

/**
 * Bytes that no pattern tells apart share a class. Literals are printable text, so there are always bytes that no
 * pattern names: the class {@link #OTHER}.
 */
final class ByteClasses {

    static final int OTHER = 0;

    private final short[] classOf = new short[256];
    private final int[] representative;

    ByteClasses(PatternTrie trie) {
        boolean[] named = new boolean[256];
        named[':'] = true;
        for (int node = 1; node < trie.size(); node++) {
            if (trie.symbol(node) < Symbols.STAR) {
                named[trie.symbol(node)] = true;
            }
        }
        int[] bytes = new int[257];
        short count = 1;
        for (int b = 0; b < 256; b++) {
            if (named[b]) {
                bytes[count] = b;
                classOf[b] = count++;
            }
        }
        representative = Arrays.copyOf(bytes, count);
    }

    int count() {
        return representative.length;
    }

    int of(int b) {
        return classOf[b];
    }

    /** {@return a byte of a class} */
    int representative(int byteClass) {
        return representative[byteClass];
    }
}
