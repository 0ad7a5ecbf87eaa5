package dev.cachepolicy.agent.fence;

import dev.cachepolicy.config.RedisKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What the agents keep in Redis for a key, and where they tell each other of it. */
public final class FenceKeys {

    /** Keys longer than this have their hash in their fence's name, so that the memory it takes is bounded. */
    static final int LONGEST_NAMED = 256;

    private static final byte[] LEASE = ascii(RedisKeys.LEASE);
    private static final byte[] HASHED = ascii(RedisKeys.HASHED_LEASE);
    private static final byte[] WAKE = ascii(RedisKeys.WAKE);

    private FenceKeys() {}

    /** {@return the key of a key's fence} */
    public static byte[] fence(byte[] key) {
        return key.length <= LONGEST_NAMED ? join(LEASE, key) : join(HASHED, ascii(sha256(key)));
    }

    /** {@return the key of a fence, null: it is none, or has only the key's hash in its name} */
    public static byte @Nullable [] keyOfFence(byte[] fence) {
        return begins(fence, LEASE) ? Arrays.copyOfRange(fence, LEASE.length, fence.length) : null;
    }

    /** {@return whether this is the fence of a key of which it has only the hash in its name} */
    public static boolean isHashedFence(byte[] key) {
        return begins(key, HASHED);
    }

    private static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** {@return the channel on which the end of a key's load is told} */
    public static byte[] channel(byte[] key) {
        return join(WAKE, key);
    }

    /** {@return the key of a channel} */
    public static byte[] keyOf(byte[] channel) {
        return Arrays.copyOfRange(channel, WAKE.length, channel.length);
    }

    private static String sha256(byte[] key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] join(byte[] prefix, byte[] key) {
        byte[] joined = new byte[prefix.length + key.length];
        System.arraycopy(prefix, 0, joined, 0, prefix.length);
        System.arraycopy(key, 0, joined, prefix.length, key.length);
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
