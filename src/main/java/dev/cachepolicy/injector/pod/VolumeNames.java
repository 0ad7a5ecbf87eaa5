package dev.cachepolicy.injector.pod;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of the agent's volumes. A volume's name is a DNS label (63 characters, no dots), what it is named after may be
 * a DNS subdomain (253, with dots): a name that does not fit is cut and told apart by a hash.
 */
final class VolumeNames {

    private static final int LONGEST = 63;
    private static final int HASH_CHARACTERS = 10;
    private static final String PREFIX = "cachepolicy-";

    private VolumeNames() {}

    static String of(String kind) {
        return PREFIX + kind;
    }

    static String of(String kind, String name) {
        String plain = of(kind) + "-" + name;
        if (plain.length() <= LONGEST && name.indexOf('.') < 0) {
            return plain;
        }
        String dashed = plain.replace('.', '-');
        String start = dashed.substring(0, Math.min(dashed.length(), LONGEST - HASH_CHARACTERS - 1));
        return start + "-" + hash(name);
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
