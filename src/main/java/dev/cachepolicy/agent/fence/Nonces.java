package dev.cachepolicy.agent.fence;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fresh nonces, of {@value #LENGTH} letters: the process draws its first part once, at random, and counts with the rest. So
 * two are never the same in one process, and between processes only by a chance of one in 2^59. Used by all event loops.
 */
public final class Nonces {

    static final int LENGTH = 16;

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvxyz.,_";
    private static final int COUNTED = 6;
    private static final int RANDOM_BYTES = 9;

    private final String process;
    private final AtomicLong next = new AtomicLong();

    /** @param random draws the process's part */
    public Nonces(SecureRandom random) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        // The letter that begins another kind of fence does not occur, and no nonce is NEVER.
        String letters = new String(Base64.getUrlEncoder().encode(drawn), StandardCharsets.US_ASCII);
        this.process = letters.replace('w', '.').replace('-', ',').substring(0, LENGTH - COUNTED);
    }

    /** {@return one that no other agent has, nor this one had} */
    public Nonce fresh() {
        long number = next.getAndIncrement();
        StringBuilder nonce = new StringBuilder(process);
        for (int i = 0; i < COUNTED; i++) {
            nonce.append(DIGITS.charAt((int) (number & 63)));
            number >>>= 6;
        }
        return new Nonce(nonce.toString());
    }
}
