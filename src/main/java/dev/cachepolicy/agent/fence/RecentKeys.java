package dev.cachepolicy.agent.fence;

import java.util.Random;

/**
 * Keys of which no more is known than that a nil of theirs was given lately, each until some time: 16 bytes for a key,
 * however long it is. It is kept as a hash of 63 bits; should two keys share one, each is taken for the other, which costs a
 * value and harms nothing.
 *
 * <p>Open addressing in a window of slots behind the hash's own. A slot is free when its time has passed. Grows up to a
 * bound; while a key that found no place then would be known, every key is doubtful. Not safe for several threads.
 */
final class RecentKeys {

    /** Bytes of heap for a key. */
    static final int SLOT_BYTES = 2 * Long.BYTES;

    /** So long that it takes until seven tenths of the slots are in use for one to be without a free slot. */
    private static final int WINDOW = 256;

    private static final int FEWEST = 1 << 8;
    private static final long DOUBTFUL = 1;

    private final int most;
    private final long seed = new Random().nextLong();

    /** 0: never used, so that nothing stands behind it. The lowest bit says that the key is doubtful. */
    private long[] hashes = {};

    private long[] until = {};

    /** Until when something is missing here, if anything is. */
    private long missingUntil;

    private boolean missing;

    /** @param bytes that it may take at most */
    RecentKeys(long bytes) {
        long slots = bytes / SLOT_BYTES;
        this.most = slots < FEWEST ? 0 : (int) Math.min(1 << 30, Long.highestOneBit(slots));
    }

    /**
     * A nil of a key was given.
     *
     * @param doubtful whether its SET has not come, and it will not be known any more that it is awaited
     * @param expires until when that counts
     */
    void add(byte[] key, boolean doubtful, long expires, long now) {
        add(hash(key) | (doubtful ? DOUBTFUL : 0), expires, now);
    }

    private void add(long hash, long expires, long now) {
        int slot = place(hash, now);
        while (slot < 0 && hashes.length < most) {
            grow(now);
            slot = place(hash, now);
        }
        if (slot < 0) {
            missingUntil = missing && missingUntil - expires > 0 ? missingUntil : expires;
            missing = true;
            return;
        }
        boolean known = isSame(hashes[slot], hash) && until[slot] - now > 0;
        hashes[slot] = known ? hashes[slot] | hash : hash;
        until[slot] = known && until[slot] - expires > 0 ? until[slot] : expires;
    }

    /** {@return the slot of a key, or one that is free, or -1} */
    private int place(long hash, long now) {
        int free = -1;
        for (int i = 0; i < WINDOW && i < hashes.length; i++) {
            int slot = (int) (hash >>> 1) + i & hashes.length - 1;
            if (isSame(hashes[slot], hash)) {
                return slot;
            }
            boolean unused = hashes[slot] == 0;
            if (free < 0 && (unused || until[slot] - now <= 0)) {
                free = slot;
            }
            if (unused) {
                break;
            }
        }
        return free;
    }

    private void grow(long now) {
        long[] before = hashes;
        long[] untilBefore = until;
        int slots = Math.max(FEWEST, before.length * 2);
        hashes = new long[slots];
        until = new long[slots];
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0 && untilBefore[i] - now > 0) {
                add(before[i], untilBefore[i], now);
            }
        }
    }

    /** {@return whether a nil of a key was given} */
    boolean contains(byte[] key, long now) {
        return find(hash(key), now) != 0;
    }

    /** {@return whether SETs of a key may come that nobody knows of} */
    boolean isDoubtful(byte[] key, long now) {
        missing = missing && missingUntil - now > 0;
        return missing || (find(hash(key), now) & DOUBTFUL) != 0;
    }

    private long find(long hash, long now) {
        for (int i = 0; i < WINDOW && i < hashes.length; i++) {
            int slot = (int) (hash >>> 1) + i & hashes.length - 1;
            if (hashes[slot] == 0) {
                return 0;
            }
            if (isSame(hashes[slot], hash)) {
                return until[slot] - now > 0 ? hashes[slot] : 0;
            }
        }
        return 0;
    }

    private static boolean isSame(long one, long other) {
        return (one | DOUBTFUL) == (other | DOUBTFUL);
    }

    /** FNV-1a, and a finalizer that spreads it over all bits. */
    private long hash(byte[] key) {
        long hash = seed;
        for (byte b : key) {
            hash = (hash ^ b) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        hash = (hash ^ hash >>> 33) & ~DOUBTFUL;
        return hash == 0 ? 2 : hash;
    }

    /** {@return bytes of heap} */
    long bytes() {
        return (long) hashes.length * SLOT_BYTES;
    }
}
